package ftpspec

import (
	"context"
	"strings"

	"harness/protocols/ftp"
	"harness/specs/trial"
)

// shaped has the client set the structure and the mode, which is not judged.
func shaped(d *try, stru ftp.Structure, mode ftp.Mode) *subject {
	s := d.login()
	g := s.given()
	if stru != ftp.FileStructure {
		g.Do("STRU", func(ctx context.Context, c ClientSession) error { return c.Stru(ctx, stru) })
	}
	if mode != ftp.StreamMode {
		g.Do("MODE", func(ctx context.Context, c ClientSession) error { return c.Mode(ctx, mode) })
	}
	return s
}

// shape answers STRU and MODE as well.
func (s *script) shape() {
	before := s.Aside
	s.Aside = func(l trial.Said) bool {
		if v := l.Verb(); v == "STRU" || v == "MODE" {
			s.Say("200 ok")
			return true
		}
		return before(l)
	}
}

// shapes gives a file, and takes one, which has to be one of wants as it stands on the data connection.
func shapes(give string, wants ...string) func(s *script) {
	return func(s *script) {
		s.shape()
		s.gives("RETR a", give)
		if len(wants) > 0 {
			got := s.takes("STOR b")
			if !contains(wants, got) {
				s.d.Fail("on the data connection: "+quoted(wants[0]), "%s", quoted(got))
			}
		}
		s.Rest()
	}
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

var asText = TransferOptions{Type: ftp.ASCII, Text: true}

// representationRows are about types, structures and modes.
func representationRows() []clientCase {
	lines := "one\ntwo\n\nfour\n"
	both := func(stru ftp.Structure, mode ftp.Mode, want string, o TransferOptions) func(d *try) {
		return func(d *try) {
			s := shaped(d, stru, mode)
			d.Same("the file", s.retrWith("a", o), want)
			s.storWith("b", want, o)
			s.quit()
		}
	}
	only := func(stru ftp.Structure, mode ftp.Mode, want string, o TransferOptions) func(d *try) {
		return func(d *try) {
			s := shaped(d, stru, mode)
			d.Same("the file", s.retrWith("a", o), want)
			s.quit()
		}
	}
	octets := "a\xff\xff\x01\r\nb\x00\nc\r"
	return []clientCase{
		{
			name: "type-a-sent-crlf", deviations: []string{"text-unconverted"},
			serve: func(s *script) {
				s.d.Same("the text on the data connection", s.takes("STOR b"), "one\r\ntwo\r\n\r\nfour\r\n")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				s.storWith("b", lines, asText)
				s.quit()
			},
		},
		{
			name: "type-a-received-converted", deviations: []string{"text-unconverted"},
			serve: shapes("one\r\ntwo\r\n\r\nfour\r\n"), run: only(ftp.FileStructure, ftp.StreamMode, lines, asText),
		},
		{
			name: "type-a-split", requirement: "type-a-received-converted", deviations: []string{"text-unconverted"},
			serve: func(s *script) {
				s.answer("RETR a", "150 here it comes")
				for _, piece := range []string{"one\r", "\ntw", "o\r", "\n", "\r", "\nfour\r\n"} {
					s.data(piece)
				}
				s.eof()
				s.Say("226 done")
				s.Rest()
			},
			run: only(ftp.FileStructure, ftp.StreamMode, lines, asText),
		},
		{
			name: "type-i-contiguous-client", deviations: []string{"text-converted-always"}, serve: shapes(octets, octets),
			run: both(ftp.FileStructure, ftp.StreamMode, octets, TransferOptions{}),
		},
		{
			name: "stream-record-codes-client", deviations: []string{"records-as-lines"},
			serve: shapes("one\xff\x01two\xff\x01\xff\x01four\xff\x01\xff\x02", "one\xff\x01two\xff\x01\xff\x01four\xff\x01\xff\x02", "one\xff\x01two\xff\x01\xff\x01four\xff\x03"),
			run:   both(ftp.RecordStructure, ftp.StreamMode, lines, asText),
		},
		{
			name: "stream-record-combined-client", deviations: []string{"record-combined-unknown"},
			serve: shapes("one\xff\x01two\xff\x01\xff\x01four\xff\x03"), run: only(ftp.RecordStructure, ftp.StreamMode, lines, asText),
		},
		{
			name: "stream-record-escape-client", deviations: []string{"record-escape-kept"},
			serve: shapes("a\xff\xffb\xff\xff\xff\x01\xff\x02", "a\xff\xffb\xff\xff\xff\x01\xff\x02", "a\xff\xffb\xff\xff\xff\x03", "a\xff\xffb\xff\xff\xff\x02"),
			run: func(d *try) {
				s := shaped(d, ftp.RecordStructure, ftp.StreamMode)
				d.Same("the record", s.retrWith("a", TransferOptions{}), "a\xffb\xff")
				s.storWith("b", "a\xffb\xff", TransferOptions{})
				s.quit()
			},
		},
		{
			name: "record-no-eof", requirement: "stream-record-codes-client", labels: []string{"security"}, deviations: []string{"end-of-file-assumed"},
			serve: shapes("one\xff\x01two\xff\x01"), run: cutShort(ftp.RecordStructure, ftp.StreamMode),
		},
		{
			name: "block-header-client", deviations: []string{"block-low-first"},
			serve: func(s *script) {
				s.shape()
				s.gives("RETR a", "\x00\x00\x05hello\x00\x01\x00"+strings.Repeat("x", 256)+"\x40\x00\x02ok")
				got := s.takesUntil("STOR b", blocksEnd)
				_, file, err := unblock(got)
				s.d.Check(err == "", "blocks of descriptor, count and data", "%s: %s", err, quoted(got))
				s.d.Same("the file in the blocks", file, "hello, block mode")
				s.Rest()
			},
			run: func(d *try) {
				s := shaped(d, ftp.FileStructure, ftp.BlockMode)
				d.Same("the file", s.retrWith("a", TransferOptions{}), "hello"+strings.Repeat("x", 256)+"ok")
				s.storWith("b", "hello, block mode", TransferOptions{})
				s.quit()
			},
		},
		{
			name: "block-descriptors-client", deviations: []string{"block-unknown-bit", "markers-kept"},
			serve: func(s *script) {
				s.shape()
				s.gives("RETR a", "\x80\x00\x03one\x10\x00\x06marker\xa0\x00\x03two\xc0\x00\x05three")
				flags, file, err := unblock(s.takesUntil("STOR b", blocksEnd))
				s.d.Check(err == "" && flags&^(128|64|32|16) == 0, "blocks with the bits 128, 64, 32 and 16", "%s, bits %d", err, flags)
				s.d.Same("the records in the blocks", file, "one|two|")
				s.Rest()
			},
			run: func(d *try) {
				s := shaped(d, ftp.RecordStructure, ftp.BlockMode)
				d.Same("the file", s.retrWith("a", asText), "one\ntwo\nthree\n")
				s.storWith("b", "one\ntwo\n", asText)
				s.quit()
			},
		},
		{
			name: "block-cut-off", requirement: "block-header-client", labels: []string{"security"}, deviations: []string{"end-of-file-assumed"},
			serve: shapes("\x00\x00\x05hello"), run: cutShort(ftp.FileStructure, ftp.BlockMode),
		},
		{
			name: "compressed-client", deviations: []string{"filler-unknown", "end-of-file-assumed"},
			serve: func(s *script) {
				s.shape()
				// Regular, replicated (3 x), filler (4, zeros in the image type), a marker, and a regular string that ends the file.
				s.gives("RETR a", "\x05hello\x83x\xc4\x00\x10\x01m\x00\x40\x02ok")
				s.gives("RETR c", "\x05hello")
				s.Rest()
			},
			run: func(d *try) {
				s := shaped(d, ftp.FileStructure, ftp.CompressedMode)
				d.Same("the file", s.retrWith("a", TransferOptions{}), "helloxxx\x00\x00\x00\x00ok")
				if err := s.Try(retr("c")); err == nil {
					d.Fail("an error, as the data ends without an end of file", "the client takes it for whole")
				}
				s.Quietly(quit)
			},
		},
		{
			name: "compressed-sent", requirement: "compressed-client", deviations: []string{"mode-forgotten"},
			serve: func(s *script) {
				s.shape()
				got := s.takesUntil("STOR b", func(data string) bool { _, problem := uncompress(data); return problem == "" })
				file, err := uncompress(got)
				s.d.Check(err == "", "strings of compressed mode, and an end of file", "%s: %s", err, quoted(got))
				s.d.Same("the file in the strings", file, "hello"+strings.Repeat("x", 300))
				s.Rest()
			},
			run: func(d *try) {
				s := shaped(d, ftp.FileStructure, ftp.CompressedMode)
				s.storWith("b", "hello"+strings.Repeat("x", 300), TransferOptions{})
				s.quit()
			},
		},
		{
			name: "restart-immediately", deviations: []string{"noop-between"},
			serve: func(s *script) {
				s.shape()
				s.answer("REST here", "350 ok")
				s.gives("RETR a", "\x40\x00\x02ok")
				s.Rest()
			},
			run: func(d *try) {
				s := shaped(d, ftp.FileStructure, ftp.BlockMode)
				d.Same("the rest of the file", s.retrWith("a", TransferOptions{Marker: "here"}), "ok")
				s.quit()
				afterEach("REST", "RETR")(d)
			},
		},
	}
}

// cutShort has the client retrieve a file that has no end of file.
func cutShort(stru ftp.Structure, mode ftp.Mode) func(d *try) {
	return func(d *try) {
		s := shaped(d, stru, mode)
		if err := s.Try(func(ctx context.Context, c ClientSession) error { _, err := c.Retr(ctx, "a", asText); return err }); err == nil {
			d.Fail("an error, as the data ends without an end of file", "the client takes it for whole")
		}
		s.Quietly(quit)
	}
}

// blocksEnd says whether data in block mode is whole.
func blocksEnd(data string) bool {
	_, _, problem := unblock(data)
	return problem == ""
}

// unblock takes block mode apart. Records end in "|"; flags are all bits that were set.
func unblock(data string) (flags byte, file, problem string) {
	for len(data) >= 3 {
		n := int(data[1])<<8 | int(data[2])
		f := data[0]
		flags |= f
		if len(data) < 3+n {
			return flags, file, "the data ends within a block"
		}
		if f&16 == 0 {
			file += data[3 : 3+n]
		}
		data = data[3+n:]
		if f&128 != 0 {
			file += "|"
		}
		if f&64 != 0 {
			if data != "" {
				return flags, file, "data behind the end of the file"
			}
			return flags, file, ""
		}
	}
	return flags, file, "the data ends without an end of file"
}

// uncompress takes compressed mode apart, of image type and file structure. A descriptor is that of the string behind it.
func uncompress(data string) (file, problem string) {
	descriptor, coming := byte(0), false
	for len(data) > 0 {
		c := data[0]
		data = data[1:]
		switch {
		case c == 0 && (coming || data == ""):
			return file, "an escape sequence that does not end, or another behind it"
		case c == 0:
			descriptor, coming = data[0], true
			data = data[1:]
			continue
		case c < 0x80 && len(data) < int(c), c >= 0x80 && c < 0xc0 && data == "":
			return file, "the data ends within a string"
		case c < 0x80:
			file += data[:c]
			data = data[c:]
		case c >= 0xc0:
			file += strings.Repeat("\x00", int(c&0x3f))
		default:
			file += strings.Repeat(data[:1], int(c&0x3f))
			data = data[1:]
		}
		if coming && descriptor&64 != 0 {
			if data != "" {
				return file, "data behind the end of the file"
			}
			return file, ""
		}
		coming = false
	}
	return file, "the data ends without an end of file"
}
