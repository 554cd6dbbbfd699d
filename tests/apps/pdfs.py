# SPDX-License-Identifier: Apache-2.0
"""PDF files for tests.

pdfs.py make KIND OUT           a file that nobody has signed
pdfs.py attack NAME IN OUT      a signed file (of that kind), changed
pdfs.py keep NAME IN OUT        the same, and nothing is wrong with it
pdfs.py kinds | prepared-kinds | bad-kinds | attacks
                                their names, a line each; of the attacks with
                                the code that has to be among what is wrong,
                                and the kind of file
pdfs.py certify LEVEL CARD IN OUT
                                a plain file, certified by openssl with the
                                key of a software card (DocMDP P LEVEL)
pdfs.py show CARD FIELD IN OUT  a signed file, signed again with a picture in
                                that field: 5, which was empty, or 81
pdfs.py parts IN CONTENT CMS    what the last signature covers, and itself
pdfs.py told                    of a report of jpki-pdf verify --json: a line
                                for each signature, what is wrong and what is
                                open
"""
import json
import re
import subprocess
import sys
import zlib

HEAD = b'%PDF-1.6\n%\xe2\xe3\xcf\xd3\n'


# ---- Files ----

def stream(data, entries=b''):
    return b'<<%b/Length %d>>\nstream\n%b\nendstream' % (
        entries, len(data), data)


def objects(pages=1, root=b'', page=b'', more=None):
    """A document: its objects by number. 1 is the catalogue, 2 the page tree,
    3 the font, then two for each page."""
    found = {
        1: b'<</Type/Catalog/Pages 2 0 R%b>>' % root,
        3: b'<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    }
    kids = []
    for i in range(pages):
        number = 10 + 2 * i
        kids.append(b'%d 0 R' % number)
        found[number] = (
            b'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R'
            b'/Resources<</Font<</F1 3 0 R>>>>%b>>' % (number + 1, page))
        found[number + 1] = stream(
            b'BT /F1 24 Tf 72 720 Td (Page %d: 100 yen) Tj ET' % (i + 1))
    found[2] = b'<</Type/Pages/Count %d/Kids[%b]>>' % (pages, b' '.join(kids))
    found.update(more or {})
    return found


def rows(at):
    """A table for objects, by number, of which it knows where they are."""
    out = b'xref\n'
    numbers = sorted(at)
    while numbers:
        n = 1
        while n < len(numbers) and numbers[n] == numbers[0] + n:
            n += 1
        out += b'%d %d\n' % (numbers[0], n)
        for number in numbers[:n]:
            out += (b'0000000000 65535 f \n' if number == 0 else
                    b'%010d %05d n \n' % at[number])
        numbers = numbers[n:]
    return out


def body(start, found, generations=None):
    at, out = {}, b''
    for number in sorted(found):
        generation = (generations or {}).get(number, 0)
        at[number] = (start + len(out), generation)
        out += b'%d %d obj\n%b\nendobj\n' % (
            number, generation, found[number])
    return out, at


def table_file(found, generations=None, trailer=b''):
    out, at = body(len(HEAD), found, generations)
    at[0] = (0, 65535)
    out = HEAD + out
    return out + rows(at) + (
        b'trailer\n<</Size %d/Root 1 0 R/ID[<00><01>]%b>>\nstartxref\n%d\n'
        b'%%%%EOF\n' % (max(at) + 1, trailer, len(out)))


def packed(found, number):
    """Those without a stream in one of objects; (that, place of each)."""
    inside = sorted(n for n in found if b'stream' not in found[n])
    head, data, place = b'', b'', {}
    for i, n in enumerate(inside):
        head += b'%d %d ' % (n, len(data))
        data += found[n] + b'\n'
        place[n] = (number, i)
    return stream(zlib.compress(head + data), b'/Type/ObjStm/N %d/First %d'
                  b'/Filter/FlateDecode' % (len(inside), len(head))), place


def reference_stream(at, place, number, entries):
    """The stream of references, for objects at places and those packed."""
    data = b''
    for n in range(number + 1):
        if n in place:
            kind, first, second = 2, *place[n]
        elif n in at:
            kind, first, second = 1, *at[n]
        else:
            kind, first, second = 0, 0, 0
        data += bytes([kind]) + first.to_bytes(4, 'big') + second.to_bytes(
            2, 'big')
    return b'%d 0 obj\n%b\nendobj\n' % (number, stream(
        zlib.compress(data), b'/Type/XRef/W[1 4 2]/Size %d/Filter/FlateDecode'
        b'%b' % (number + 1, entries)))


def stream_file(found):
    number = max(found) + 1
    container, place = packed(found, number)
    rest = {n: found[n] for n in found if n not in place}
    rest[number] = container
    out, at = body(len(HEAD), rest)
    out = HEAD + out
    where = len(out)
    at[number + 1] = (where, 0)
    return out + reference_stream(at, place, number + 1, b'/Root 1 0 R') + (
        b'startxref\n%d\n%%%%EOF\n' % where)


def hybrid_file(found):
    """A table for old programs; what is packed has a stream beside it."""
    number = max(found) + 1
    hidden = {n: found.pop(n) for n in (3,)}
    container, place = packed(hidden, number)
    found[number] = container
    out, at = body(len(HEAD), found)
    out = HEAD + out
    where = len(out)
    out += reference_stream({}, place, number + 1, b'/Root 1 0 R')
    at[0] = (0, 65535)
    return out + rows(at) + (
        b'trailer\n<</Size %d/Root 1 0 R/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n'
        % (number + 2, where, len(out)))


FIELD = (b'<</Type/Annot/Subtype/Widget/FT/Tx/T(Amount)/V(100)/F 4'
         b'/Rect[72 600 200 620]/P 10 0 R>>')
NOTE = b'<</Type/Annot/Subtype/Text/Contents(old)/Rect[300 600 320 620]>>'


def form(direct=True):
    if direct:
        return objects(
            root=b'/AcroForm<</Fields[4 0 R]/DA(/F1 0 Tf)'
            b'/DR<</Font<</F1 3 0 R>>>>>>',
            page=b'/Annots[4 0 R 5 0 R]', more={4: FIELD, 5: NOTE})
    return objects(
        root=b'/AcroForm 6 0 R', page=b'/Annots 8 0 R',
        more={4: FIELD, 5: NOTE, 6: b'<</Fields 7 0 R/SigFlags 2>>',
              7: b'[4 0 R]', 8: b'[4 0 R 5 0 R]'})


def shared(text=b''):
    """A form and a page with the same list of fonts."""
    return objects(
        root=b'/AcroForm<</Fields[4 0 R]/DR<</Font 6 0 R>>>>',
        page=b'/Annots[4 0 R]', more={
            4: FIELD, 6: b'<</F1 3 0 R>>',
            10: b'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]'
                b'/Contents 11 0 R/Resources<</Font 6 0 R>>'
                b'/Annots[4 0 R]>>',
            11: stream(b'BT /F1 24 Tf 72 720 Td (100 yen) Tj %b ET' % text)})


def shared_all(text=b''):
    """The same with all resources, as LibreOffice makes them."""
    return {**shared(text),
            1: b'<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]'
               b'/DR 6 0 R>>>>',
            6: b'<</Font<</F1 3 0 R>>/ProcSet[/PDF/Text]>>',
            10: b'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]'
                b'/Contents 11 0 R/Resources 6 0 R/Annots[4 0 R]>>'}


def double(font):
    """One object in two places: its field, or annotation, may change in ways
    in which what the page shows may not."""
    found = form()
    if font:
        found[1] = found[1].replace(b'[4 0 R]', b'[4 0 R 3 0 R]')
        found[3] = found[3].replace(b'/Type/', b'/FT/Sig/T(Font)/Type/')
    else:
        found[10] = found[10].replace(b'[4 0 R', b'[11 0 R 4 0 R')
    return found


def empty_field(subtype):
    """Without a signature, and not to be seen."""
    return {**form(), 5: b'<</Type/Annot/Subtype/%b/FT/Sig/T(Empty)/F 2'
            b'/Rect[72 700 400 760]>>' % subtype}


def certified(level):
    return objects(root=b'/Perms<</DocMDP 4 0 R>>', more={
        4: b'<</Type/Sig/Filter/X/Reference[<</Type/SigRef/TransformMethod'
           b'/DocMDP/TransformParams<</P %d>>>>]>>' % level})


def lacking(number, entry, other=b''):
    """Without an entry that readers do without."""
    found = objects()
    found[number] = found[number].replace(entry, other)
    assert found[number] != objects()[number]
    return found


# Those that can be signed, and those that cannot.
GOOD = {
    'plain': lambda: table_file(form()),
    'bare': lambda: table_file(objects()),
    'no-eol': lambda: table_file(objects())[:-1],
    'cr': lambda: table_file(objects())[:-1] + b'\r',
    'stream': lambda: stream_file(form()),
    'hybrid': lambda: hybrid_file(objects()),
    'indirect': lambda: table_file(form(False)),
    'indirect-stream': lambda: stream_file(form(False)),
    'pages300': lambda: table_file(objects(300)),
    'pages300-stream': lambda: stream_file(objects(300)),
    'generation': lambda: table_file(
        {**objects(), 2: b'<</Type/Pages/Count 1/Kids[10 3 R]>>'}, {10: 3}),
    'binary': lambda: table_file(objects(more={
        11: stream(bytes(range(256)) + b'endstream endobj 7 0 obj <</Type'
                   b'/Sig/ByteRange[0 1 2 3]/Contents<00>>> endobj')})),
    'shared': lambda: table_file(shared()),
    'dangling': lambda: table_file(shared(b'/F9 9 Tf 72 700 Td (or not) Tj')),
    'shared-all': lambda: table_file(shared_all()),
    'dangling-all': lambda: table_file(shared_all(b'ET /X9 Do BT')),
    'no-resources': lambda: table_file(lacking(
        10, b'/Resources<</Font<</F1 3 0 R>>>>')),
    'no-media-box': lambda: table_file(lacking(10, b'/MediaBox[0 0 595 842]')),
    'no-page-type': lambda: table_file(lacking(10, b'/Type/Page')),
    'no-pages-type': lambda: table_file(lacking(2, b'/Type/Pages')),
    'no-catalogue-type': lambda: table_file(lacking(1, b'/Type/Catalog')),
    'page-twice': lambda: table_file(lacking(
        2, b'1/Kids[10 0 R', b'2/Kids[10 0 R 10 0 R')),
    'size-wrong': lambda: table_file(objects()).replace(
        b'/Size 12', b'/Size 99'),
    'names': lambda: table_file(objects(
        root=b'/AcroForm<</Fields[4 0 R]>>',
        more={4: b'<</FT/Tx/T(Signature1)>>'})),
}
PREPARED = {	# by somebody who wants to change them later
    'font-is-field': lambda: table_file(double(True)),
    'text-is-note': lambda: table_file(double(False)),
    'empty-field': lambda: table_file(empty_field(b'Widget')),
    'empty-note': lambda: table_file(empty_field(b'FreeText')),
}
BAD = {
    'xfa': lambda: table_file(objects(root=b'/AcroForm<</XFA 4 0 R/Fields[]>>',
                                      more={4: stream(b'<xdp/>')})),
    'docmdp1': lambda: table_file(certified(1)),
    'no-page': lambda: table_file(objects(0)),
    'junk-before': lambda: b'\n' + table_file(objects()),
    'empty': lambda: b'',
    'text': lambda: b'%PDF is a format\n',
    'only-head': lambda: HEAD,
    'cut': lambda: table_file(objects())[:-100],
    'wrong-places': lambda: re.sub(
        rb'\n00000(\d{5}) 00000 n', rb'\n00001\1 00000 n',
        table_file(objects())),
    'no-root': lambda: table_file(objects()).replace(
        b'/Root 1 0 R', b'/Root 9 0 R'),
    'page-inside': lambda: table_file(lacking(
        2, b'10 0 R', objects()[10])),
    'wrong-length': lambda: table_file(lacking(11, b'/Length ', b'/Length 1')),
    'no-endobj': lambda: table_file(objects()).replace(
        b'endobj\n10 0', b'      \n10 0'),
    'bad-object': lambda: table_file(lacking(3, b'/Subtype', b')/Subtype')),
    'key-twice': lambda: table_file(lacking(
        10, b'/Parent', b'/Rotate 0/Rotate 90/Parent')),
    'broken-stream': lambda: table_file({**objects(), 11: stream(
        b'no zlib', b'/Filter/FlateDecode')}),
    'loop': lambda: table_file({**objects(), 2:
                                b'<</Type/Pages/Count 1/Kids[2 0 R]>>'}),
}


# ---- Attacks ----

class Signed:
    """A file with one signature, or more: the last one counts."""

    def __init__(self, data):
        self.data = data
        last = list(re.finditer(rb'/ByteRange\[0 +(\d+) +(\d+) +(\d+)\]',
                                data))[-1]
        self.range = last
        self.first, self.second, self.length = map(int, last.groups())
        self.dict = data.rindex(b' 0 obj', 0, last.start())
        self.number = int(data[:self.dict].rsplit(b'\n', 1)[1])
        self.contents = data[self.first:self.second]

    def startxref(self):
        return int(self.data.rsplit(b'startxref\n', 1)[1].split()[0])

    def size(self):
        return int(re.findall(rb'/Size (\d+)', self.data)[-1])

    def update(self, found, root=b'1 0 R', prev=None, unlisted=b'', at=None):
        """Appends what a program would."""
        out, places = body(len(self.data) + len(unlisted), found)
        places.update(at or {})
        where = len(self.data) + len(unlisted) + len(out)
        return self.data + unlisted + out + rows(places) + (
            b'trailer\n<</Size %d/Root %b/Prev %d>>\nstartxref\n%d\n%%%%EOF\n'
            % (max(list(places) + [self.size() - 1]) + 1, root,
               self.startxref() if prev is None else prev, where))

    def update_stream(self, found, listed=None, inside=(), index=()):
        """The same with a stream of references, which lists those (None: all)
        and the packed ones (number, stream), and itself as others do."""
        out, places = body(len(self.data), found)
        number, where = 120, len(self.data) + len(out)
        places[number] = (where, 0)
        ids, data = [*index], b''.join(
            b'\1%b\0\0' % places[n][0].to_bytes(4, 'big') for n in index)
        for n in places if listed is None else listed:
            ids.append(n)
            data += b'\1%b\0\0' % places[n][0].to_bytes(4, 'big')
        for i, (n, container) in enumerate(inside):
            ids.append(n)
            data += b'\2%b%b' % (container.to_bytes(4, 'big'),
                                i.to_bytes(2, 'big'))
        return self.data + out + b'%d 0 obj\n%b\nendobj\n' % (
            number, stream(zlib.compress(data), b'/Type/XRef/W[1 4 2]'
                           b'/Filter/FlateDecode/Size 121/Root 1 0 R/Prev %d'
                           b'/Index[%b]' % (self.startxref(), b' '.join(
                               b'%d 1' % n for n in ids)))
        ) + b'startxref\n%d\n%%%%EOF\n' % where

    def object(self, number):
        """The newest one of that number."""
        begin = self.data.rindex(b'\n%d 0 obj\n' % number)
        begin = self.data.index(b'obj\n', begin) + 4
        return self.data[begin:self.data.index(b'\nendobj', begin)]

    def put(self, at, new):
        return self.data[:at] + new + self.data[at + len(new):]

    def instead(self, old, new):
        """In the last signature dictionary; as long as before."""
        end = self.data.index(b'endobj', self.dict)
        at = self.data.index(old, self.dict, end)
        assert len(new) <= len(old)
        return self.put(at, new + b' ' * (len(old) - len(new)))

    def filled(self, new):
        """Something else instead of the value of Contents."""
        return self.put(self.first, new + b' ' * (len(self.contents) -
                                                  len(new)))

    def range_is(self, new):
        text = self.range.group()
        assert len(new) <= len(text)
        return self.put(self.range.start(),
                        new + b' ' * (len(text) - len(new)))


ATTACKS = {}


def attack(code, kind='plain'):
    def enter(function):
        name = function.__name__.replace('_', '-')
        ATTACKS[name] = (code, function, kind)
        return function
    return enter


EVIL = stream(b'BT /F1 24 Tf 72 720 Td (Page 1: 999 yen) Tj ET')


@attack('pages-changed')
def incremental(s):
    return s.update({11: EVIL})


@attack('pages-changed')
def page_replaced(s):
    return s.update({10: s.object(10).replace(b'11 0 R', b'90 0 R'), 90: EVIL})


@attack('pages-changed')
def page_added(s):
    return s.update({
        2: b'<</Type/Pages/Count 2/Kids[10 0 R 90 0 R]>>',
        90: b'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]'
            b'/Resources<<>>>>'})


@attack('pages-changed')
def page_removed(s):
    return s.update({
        2: b'<</Type/Pages/Count 1/Kids[90 0 R]>>',
        90: b'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]'
            b'/Resources<<>>>>'})


@attack('pages-changed')
def font_changed(s):
    return s.update({3: b'<</Type/Font/Subtype/Type1/BaseFont/Symbol>>'})


@attack('pages-changed')
def inherited(s):
    return s.update({2: s.object(2).replace(b'/Count', b'/Rotate 180/Count')})


@attack('pages-changed')
def other_catalogue(s):
    return s.update({
        90: s.object(1).replace(b'/Pages 2 0 R', b'/Pages 91 0 R'),
        91: b'<</Type/Pages/Count 1/Kids[92 0 R]>>',
        92: b'<</Type/Page/Parent 91 0 R/MediaBox[0 0 595 842]'
            b'/Contents 11 0 R>>'}, root=b'90 0 R')


@attack('pages-changed')
def table_alone(s):
    """Nothing is added but a table, by which page 1 shows the other text that
    was signed unseen; here it shows nothing at all."""
    return s.update({}, at={11: (s.data.index(b'\n3 0 obj') + 1, 0)})


@attack('shown-changed')
def overlay(s):
    return s.update({
        10: s.object(10).replace(b'/Annots [ 4', b'/Annots [ 90 0 R 4'),
        90: b'<</Type/Annot/Subtype/FreeText/Contents(999 yen)'
            b'/Rect[72 700 400 760]/DA(/F1 24 Tf)>>'})


PICTURE = stream(b'0 0 328 60 re f',
                 b'/Type/XObject/Subtype/Form/BBox[0 0 328 60]')
SHOWN = b'/F 4/Rect[72 700 400 760]/AP<</N 91 0 R>>'


def picture(s, entries, fields=b''):
    """An annotation over the text that says that it is of a signature."""
    return s.update({
        1: s.object(1).replace(b' 13 0 R ]', b' 13 0 R %b]' % fields),
        10: s.object(10).replace(b'/Annots [ 4', b'/Annots [ 90 0 R 4'),
        90: b'<</Type/Annot/P 10 0 R%b%b>>' % (entries, SHOWN), 91: PICTURE})


@attack('shown-changed')
def note_as_signature(s):
    return picture(s, b'/Subtype/FreeText/FT/Sig/T(X)/V 12 0 R')


@attack('shown-changed')
def old_signature_shown(s):
    return picture(s, b'/Subtype/Widget/FT/Sig/T(X)/V 12 0 R')


@attack('shown-changed')
def old_signature_in_form(s):
    return picture(s, b'/Subtype/Widget/FT/Sig/T(X)/V 12 0 R', b'90 0 R ')


@attack('shown-changed')
def child_of_signature(s):
    return picture(s, b'/Subtype/Widget/Parent 13 0 R')


@attack('shown-changed', 'empty-field')
def empty_field_filled(s):
    return s.update({5: b'<</Type/Annot/Subtype/Widget/FT/Sig/T(Empty)'
                        b'/V 12 0 R%b>>' % SHOWN, 91: PICTURE})


@attack('shown-changed', 'empty-note')
def empty_note_filled(s):
    return s.update({5: b'<</Type/Annot/Subtype/FreeText/FT/Sig/T(Empty)'
                        b'/V 12 0 R%b>>' % SHOWN, 91: PICTURE})


@attack('pages-changed', 'font-is-field')
def font_signed(s):
    return s.update({3: s.object(3).replace(b'Helvetica', b'Symbol').replace(
        b'/FT/Sig', b'/FT/Sig/V 12 0 R')})


@attack('pages-changed', 'text-is-note')
def text_as_note(s):
    """With what a later check wants, which is nothing wrong."""
    return s.update({11: EVIL, 1: s.object(1).replace(
        b'/Pages', b'/DSS<</Certs[]>>/Pages')})


@attack('shown-changed')
def note_changed(s):
    return s.update({5: NOTE.replace(b'old', b'new')})


@attack('shown-changed')
def filled_in(s):
    return s.update({4: FIELD.replace(b'100', b'999')})


@attack('other-changed')
def script(s):
    return s.update({1: s.object(1).replace(
        b'/Pages', b'/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/Pages')})


@attack('other-changed')
def layers(s):
    return s.update({1: s.object(1).replace(
        b'/Pages', b'/OCProperties<</OCGs[]/D<<>>>>/Pages')})


@attack('unsigned-update')
def title_changed(s):
    return s.update({1: s.object(1).replace(
        b'/Pages', b'/Metadata 90 0 R/Pages'), 90: stream(b'<x/>')})


@attack('unknown-update')
def nothing_changed(s):
    return s.update({90: b'(unseen)'})


@attack('gap-before')
def gap_before(s):
    return s.range_is(b'/ByteRange[0 %d %d %d]' % (
        s.first - 20, s.second, s.length))


@attack('gap-after')
def gap_after(s):
    return s.range_is(b'/ByteRange[0 %d %d %d]' % (
        s.first, s.second + 20, s.length - 20))


@attack('gap-after')
def wrapping(s):
    """The second range moves to the end, and anything can stand between."""
    tail = s.data[s.second:]
    middle = b'>>\nendobj\n11 0 obj\n' + EVIL + b'\nendobj\n'
    moved = Signed(s.range_is(b'/ByteRange[0 %d %d %d]' % (
        s.first, s.second + len(middle), s.length)))
    return moved.data[:s.second] + middle + tail


@attack('gap-after')
def contents_short(s):
    """The hexadecimal text ends early, and other entries follow in the gap."""
    return s.put(s.second - 40, b'>/Reason(not signed)<00000000000000')


@attack('content-changed')
def flipped_byte(s):
    return s.put(s.data.index(b'100 yen'), b'999')


@attack('signature-wrong')
def flipped_signature(s):
    der = bytes.fromhex(s.contents[1:-1].decode())
    end = len(der.rstrip(b'\0'))
    der = der[:end - 20] + bytes([der[end - 20] ^ 1]) + der[end - 19:]
    return s.put(s.first, b'<' + der.hex().encode() + b'>')


@attack('trailing-bytes')
def garbage_in_padding(s):
    return s.put(s.second - 9, b'deadbeef')


@attack('short-range')
def short_range(s):
    return s.range_is(b'/ByteRange[0 %d %d %d]' % (
        s.first, s.second, s.length - 10))


@attack('no-contents')
def contents_null(s):
    return s.filled(b'null')


@attack('no-contents')
def contents_empty(s):
    return s.filled(b'<>')


@attack('no-contents')
def contents_missing(s):
    return s.instead(b'/Contents', b'/Nontents')


@attack('no-contents')
def contents_text(s):
    return s.filled(b'(0)')


@attack('no-contents')
def contents_elsewhere(s):
    return s.filled(b'90 0 R')


@attack('not-cms')
def contents_zero(s):
    return s.put(s.first + 1, b'0' * (len(s.contents) - 2))


@attack('no-byte-range')
def range_missing(s):
    return s.instead(b'/ByteRange', b'/ByteRangf')


@attack('no-byte-range')
def range_null(s):
    return s.range_is(b'/ByteRange null')


@attack('no-byte-range')
def range_elsewhere(s):
    """The array is an object of its own, which is not signed."""
    numbers = b'[0 %d %d %d]' % (s.first, s.second, s.length)
    return Signed(s.data).update({90: numbers}).replace(
        s.range.group(), b'/ByteRange 90 0 R'.ljust(len(s.range.group())))


@attack('byte-range-form')
def range_numbers_elsewhere(s):
    return s.range_is(b'/ByteRange[0 %d %d 9 0 R]' % (s.first, s.second))


@attack('byte-range-form')
def range_of_two(s):
    return s.range_is(b'/ByteRange[0 %d]' % s.first)


@attack('byte-range-negative')
def range_negative(s):
    return s.range_is(b'/ByteRange[0 %d -%d %d]' % (
        s.first, 9, s.length))


@attack('byte-range-start')
def range_starts_later(s):
    return s.range_is(b'/ByteRange[5 %d %d %d]' % (
        s.first - 5, s.second, s.length))


@attack('byte-range-contents')
def range_covers_all(s):
    return s.range_is(b'/ByteRange[0 %d %d %d]' % (
        s.second, s.second, s.length))


@attack('cut-off')
def range_too_long(s):
    return s.range_is(b'/ByteRange[0 %d %d %d]' % (
        s.first, s.second, s.length + 1))


@attack('entry-twice')
def range_twice(s):
    return s.instead(b'/Filter/Adobe.PPKLite',
                     b'/ByteRange[0 1 2 3]')


@attack('type')
def type_wrong(s):
    return s.instead(b'/Type/Sig', b'/Type/Sic')


@attack('subfilter')
def subfilter_wrong(s):
    return s.instead(b'/adbe.pkcs7.detached', b'/adbe.pkcs7.detachef')


@attack('subfilter')
def subfilter_old(s):
    return s.instead(b'/adbe.pkcs7.detached', b'/adbe.pkcs7.sha1')


@attack('subfilter')
def subfilter_of_stamps(s):
    return s.instead(b'/adbe.pkcs7.detached', b'/ETSI.RFC3161')


@attack('subfilter')
def subfilter_null(s):
    return s.instead(b'/adbe.pkcs7.detached', b' null')


@attack('outside-form')
def extra_signature(s):
    return s.update({90: b'<</Type/Sig/Filter/Adobe.PPKLite/SubFilter'
                         b'/adbe.pkcs7.detached/ByteRange[0 1 2 3]'
                         b'/Contents<00>>>'})


@attack('compressed')
def packed_signature(s):
    """In a stream of objects, where no range can be."""
    sig = b'<</Type/Sig/SubFilter/adbe.pkcs7.detached/Contents<00>>>'
    container, _ = packed({91: sig}, 90)
    return s.update({90: container})


@attack('outside-form')
def value_replaced(s):
    """The field's value is another object, a copy of the signature."""
    field = s.number + 1
    copy = b'<<' + s.object(s.number).split(b'<<', 1)[1].replace(
        b'/Name', b'/Reason(another)/Name', 1)
    return s.update({field: s.object(field).replace(
        b'/V %d' % s.number, b'/V 90'), 90: copy})


@attack('outside-form')
def signature_replaced(s):
    """The same number, in a later update: the range is of the old one."""
    return s.update({s.number: s.object(s.number)})


@attack('outside-form')
def field_removed(s):
    page = re.sub(rb' %d 0 R' % (s.number + 1), b'', s.object(10))
    root = re.sub(rb' %d 0 R' % (s.number + 1), b'', s.object(1))
    return s.update({10: page, 1: root})


@attack('outside-form')
def field_of_text(s):
    field = s.number + 1
    return s.update({field: s.object(field).replace(b'/FT/Sig', b'/FT/Tx ')})


@attack('added-junk')
def trailing_bytes(s):
    return s.data + b'\nand more'


@attack('added-junk')
def trailing_line(s):
    return s.data + b'\n'


@attack('added-chain')
def startxref_alone(s):
    return s.data + b'startxref\n%d\n%%%%EOF\n' % s.data.index(b'xref\n0 ')


@attack('added-chain')
def wrong_prev(s):
    return s.update({11: EVIL}, prev=s.data.index(b'xref\n0 '))


@attack('added-unlisted')
def twice_in_update(s):
    evil = b'11 0 obj\n' + EVIL + b'\nendobj\n'
    return s.update({11: s.object(11)}, unlisted=evil)


@attack('added-unlisted')
def unlisted_object(s):
    evil = b'11 0 obj\n' + EVIL + b'\nendobj\n'
    return s.update({90: b'(x)'}, unlisted=evil)


# What whoever checks may add, and something beside it that only those see who
# cannot read the references and look for objects.
def proof(s):
    """The certificates that a later check wants."""
    return {1: s.object(1).replace(b'/Pages', b'/DSS<</Certs[]>>/Pages')}


PAGE = packed({10: objects()[10].replace(b'11 0 R', b'90 0 R')}, 91)[0]


@attack('added-unlisted', 'stream')
def unlisted_in_stream(s):
    return s.update_stream({**proof(s), 11: EVIL}, [1, 120])


@attack('added-unlisted', 'stream')
def listed_for_another(s):
    return s.update_stream({**proof(s), 11: EVIL}, [1, 120], index=[1])


@attack('added-unlisted', 'stream')
def unlisted_packed(s):
    return s.update_stream({**proof(s), 90: EVIL, 91: PAGE})


@attack('added-unlisted')
def packed_for_a_table(s):
    return s.update({**proof(s), 90: EVIL, 91: PAGE})


@attack('added-unlisted')
def listed_twice(s):
    """Instead of another one, so that their number is right."""
    data = s.update({**proof(s), 11: EVIL})
    row = re.findall(rb'\n(11 1\n.{20})', data[len(s.data):], re.S)[0]
    first = re.findall(rb'\n(1 1\n.{20})', data[len(s.data):], re.S)[0]
    return data[:len(s.data)] + data[len(s.data):].replace(row, first)


@attack('added-twice')
def doubled_entry(s):
    """Which of the two page trees is shown is a matter of the program."""
    return s.update({
        1: s.object(1).replace(b'/Pages', b'/P#61ges 90 0 R/Pages'),
        90: b'<</Type/Pages/Count 1/Kids[91 0 R]>>',
        91: b'<</Type/Page/Parent 90 0 R/MediaBox[0 0 595 842]>>'})


@attack('added-junk')
def no_references(s):
    return s.data + b'11 0 obj\n' + EVIL + b'\nendobj\n%%EOF\n'


@attack('cut-off')
def truncated(s):
    return s.data[:-200]


@attack('damaged')
def password_added(s):
    return s.update({90: b'<</Filter/Standard/V 2/R 3/Length 128/P -4/O<%b>'
                         b'/U<%b>>>' % (b'41' * 32, b'42' * 32)}).replace(
        b'/Root 1 0 R/Prev %d' % s.startxref(),
        b'/Encrypt 90 0 R/ID[<00><01>]/Root 1 0 R/Prev %d' % s.startxref())


@attack('damaged')
def last_references_lost(s):
    return s.data + b'startxref\n999999\n%%EOF\n'


# ---- Not attacks: on the file that they name ----


def font_added(s):
    return s.update({6: b'<</F1 3 0 R/F9 3 0 R>>'})


def resources_added(more=b'', fonts=b'/F9 3 0 R'):
    def change(s):
        return s.update({6: b'<</Font<</F1 3 0 R%b>>/ProcSet[/PDF/Text]'
                            b'/XObject<</X9 91 0 R>>%b>>' % (fonts, more),
                         91: PICTURE})
    return change


KEPT = {
    'resources': resources_added(),
    'resources-form': resources_added(fonts=b''),
    'resources-colours': resources_added(
        b'/ColorSpace<</DefaultRGB[/CalRGB<</WhitePoint[1 1 1]>>]>>'),
    'font': font_added,
    'stream': lambda s: s.update_stream(proof(s)),
    'stream-unlisted-itself': lambda s: s.update_stream(proof(s), [1]),
    'packed': lambda s: s.update_stream({**proof(s), 91: packed(
        {90: b'(x)', 92: b'[90 0 R]'}, 91)[0]}, inside=[(90, 91), (92, 91)]),
    'proof': lambda s: s.update(proof(s)),
}


def main():
    what = sys.argv[1]
    if what == 'kinds':
        print('\n'.join(GOOD))
    elif what == 'prepared-kinds':
        print('\n'.join(PREPARED))
    elif what == 'bad-kinds':
        print('\n'.join(BAD))
    elif what == 'attacks':
        for name, (code, _, kind) in ATTACKS.items():
            print(name, code, kind)
    elif what == 'make':
        kind, out = sys.argv[2:]
        data = {**GOOD, **PREPARED, **BAD}[kind]()
        open(out, 'wb').write(data)
    elif what in ('attack', 'keep'):
        name, source, out = sys.argv[2:]
        signed = Signed(open(source, 'rb').read())
        change = KEPT[name] if what == 'keep' else ATTACKS[name][1]
        open(out, 'wb').write(change(signed))
    elif what == 'certify':
        level, card, source, out = sys.argv[2:]
        data = certify(open(source, 'rb').read(), level.encode(), card)
        open(out, 'wb').write(data)
    elif what == 'show':
        card, field, source, out = sys.argv[2:]
        data = show(open(source, 'rb').read(), card, int(field))
        open(out, 'wb').write(data)
    elif what == 'parts':
        source, content, cms = sys.argv[2:]
        signed = Signed(open(source, 'rb').read())
        open(content, 'wb').write(
            signed.data[:signed.first] + signed.data[
                signed.second:signed.second + signed.length])
        open(cms, 'wb').write(bytes.fromhex(
            signed.contents[1:-1].decode()))
    elif what == 'told':
        told()
    else:
        sys.exit(__doc__)


def by_openssl(data, card, entries, change):
    """Signs as object 80; change is what else is new, given the file."""
    room = 8192
    sig = (b'<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached'
           b'%b/M(D:20261128120000Z)'
           b'/ByteRange[0 %10d %10d %10d]/Contents<%b>>>')
    plain = Signed.__new__(Signed)
    plain.data = data

    def build(numbers):
        return plain.update({**change(plain), 80: sig % (
            entries, *numbers, b'00' * room)})

    empty = build((0, 0, 0))
    first = empty.rindex(b'/Contents<') + len(b'/Contents')
    second = first + 2 * room + 2
    whole = build((first, second, len(empty) - second))
    cms = subprocess.run(
        ['openssl', 'cms', '-sign', '-binary', '-nosmimecap', '-md', 'sha256',
         '-outform', 'DER', '-signer', card + '/sign.pem',
         '-inkey', card + '/sign.key'],
        input=whole[:first] + whole[second:], capture_output=True,
        check=True).stdout.hex().encode()
    return whole[:first + 1] + cms + whole[first + 1 + len(cms):]


def certify(data, level, card):
    return by_openssl(
        data, card, b'/Reference[<</Type/SigRef/Data 1 0 R/TransformMethod'
        b'/DocMDP/TransformParams<</Type/TransformParams/V/1.2/P %b>>>>]'
        % level, lambda file: {
            1: file.object(1).replace(b'/Fields[', b'/Fields[81 0 R ')[:-2] +
            b'/Perms<</DocMDP 80 0 R>>>>', 81: b'<</FT/Sig/T(C)/V 80 0 R>>'})


def show(data, card, field):
    """With a picture, in a new field or in the empty one of that number."""
    def change(file):
        found = {field: b'<</Type/Annot/Subtype/Widget/FT/Sig/T(Empty)'
                        b'/V 80 0 R/P 10 0 R%b>>' % SHOWN, 91: PICTURE}
        if field == 81:
            found[1] = file.object(1).replace(
                b'/Fields [', b'/Fields [ 81 0 R')
            found[10] = file.object(10).replace(
                b'/Annots [', b'/Annots [ 81 0 R')
        return found

    return by_openssl(data, card, b'', change)


def told():
    for file in json.load(sys.stdin)['files']:
        for one in file['signatures']:
            codes = set()
            for signer in one['signers']:
                codes |= {found['code'] for found in signer['wrong']}
                codes |= {found['code'] for found in signer['not_checked']
                          if found['needed']}
            print(one['answer'], *sorted(one['changes']), '|',
                  *sorted(codes))


main()
