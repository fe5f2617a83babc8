package ftpspec

import (
	"fmt"
	"slices"
	"strings"
)

// rfc959Rows are the server cases of RFC 959.
func rfc959Rows() []serverCase {
	return slices.Concat(
		rfc959Types(), rfc959Structures(), rfc959DataConnections(), rfc959Modes(),
		rfc959Login(), rfc959Parameters(), rfc959Service(), rfc959Abort(), rfc959Directories(), rfc959Listings(), rfc959Information(),
		rfc959Control(), rfc959Replies(), rfc959Sequences(), rfc959Diagrams(),
	)
}

// rfc959Types are the rules of section 3.1.1 about representation types.
func rfc959Types() []serverCase {
	return []serverCase{
		{name: "type-a-accepted", deviations: []string{"type-unimplemented"}, run: func(d *driver) {
			d.bare().code(200, "TYPE A")
		}},
		{name: "type-a-retr-crlf", mutates: true, deviations: []string{"type-a-as-stored"}, run: func(d *driver) {
			s := d.scratch()
			want := strings.ReplaceAll(textSent, "\r\n", "\n")
			if !s.unix() {
				d.Unclear("how the server keeps an end of line is known of UNIX only, and SYST tells of another system")
			}
			s.given().ok("TYPE I")
			s.given().put("STOR text", want)
			s.given().ok("TYPE A")
			d.Same("a text whose lines end with LF in the file, retrieved in TYPE A", s.get("RETR text"), textSent)
		}},
		{name: "type-a-stor-converted", mutates: true, deviations: []string{"type-a-doubles-cr", "type-a-stor-strips-lf"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A")
			s.put("STOR text", textSent)
			d.Same("the text as it was sent", s.get("RETR text"), textSent)
		}},
		{name: "type-e-characters", mutates: true, needs: []string{"TYPE E"}, deviations: []string{"type-e-as-ascii"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A")
			s.given().put("STOR text", "AZ az 09.\r\n")
			s.ok("TYPE E")
			got := s.get("RETR text")
			d.Check(d.Settled() || strings.HasPrefix(got, "\xc1\xe9\x40\x81\xa9\x40\xf0\xf9\x4b"), `"AZ az 09." in EBCDIC: c1 e9 40 81 a9 40 f0 f9 4b`, "% x", head(got, 20))
		}},
		{name: "type-e-nl", mutates: true, needs: []string{"TYPE E"}, deviations: []string{"type-e-crlf"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A")
			s.given().put("STOR text", "A\r\nB\r\n")
			s.given().ok("TYPE E")
			got := s.get("RETR text")
			d.Check(d.Settled() || got == "\xc1\x15\xc2\x15", "two lines, each ended by <NL>: c1 15 c2 15", "% x", head(got, 20))
		}},
		{name: "type-i-contiguous", mutates: true, deviations: []string{"type-i-text", "type-i-seven-bit"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.put("STOR octets", octetsSent)
			d.sameOctets("the octets as they were stored", s.get("RETR octets"), octetsSent)
		}},
		{name: "type-i-accepted", deviations: []string{"type-i-refused"}, run: func(d *driver) {
			d.bare().code(200, "TYPE I")
		}},
		{name: "type-l-size-required", deviations: []string{"type-l-size-optional"}, run: func(d *driver) {
			s := d.login()
			for _, line := range []string{"TYPE L", "TYPE L x"} {
				s.refused("%s", line)
			}
		}},
		{name: "type-l-invertible", mutates: true, needs: []string{"TYPE L"}, deviations: []string{"type-l-text"}, run: func(d *driver) {
			s := d.scratch()
			for _, size := range []int{8, 7, 16, 32, 36} {
				s.Send(fmt.Sprintf("TYPE L %d\r\n", size))
				if r := s.reply("TYPE L"); r.negative() {
					if size == 8 {
						s.missing("TYPE L", r)
					}
					continue
				}
				s.put(fmt.Sprintf("STOR octets%d", size), octetsSent)
				d.sameOctets(fmt.Sprintf("the octets as they were stored with TYPE L %d", size), s.get(fmt.Sprintf("RETR octets%d", size)), octetsSent)
			}
		}},
		{name: "type-form-default", mutates: true, deviations: []string{"type-a-bare-refused"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A N")
			s.given().put("STOR text", textSent)
			want := s.given().get("RETR text")
			s.ok("TYPE A")
			d.Same("the file as after TYPE A N", s.get("RETR text"), want)
		}},
		{name: "type-non-print-accepted", deviations: []string{"type-a-n-refused"}, run: func(d *driver) {
			d.login().code(200, "TYPE A N")
		}},
		{name: "type-telnet-eol", mutates: true, needs: []string{"TYPE A T"}, deviations: []string{"type-t-bare-lf"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A T")
			s.put("STOR text", textSent)
			d.Same("the text with CR LF at the end of each line", s.get("RETR text"), textSent)
		}},
	}
}

// Records as Stream mode has them.
const (
	recordEOR = "\xff\x01"
	recordEOF = "\xff\x02"
)

// records is the text in the form of records, with an end of file of its own.
func records(lines ...string) string {
	return strings.Join(lines, recordEOR) + recordEOR + recordEOF
}

// splitRecords reads the records of Stream mode; the problem is what is wrong with them.
func splitRecords(data string) (out []string, problem string) {
	var cur []byte
	for i := 0; i < len(data); i++ {
		if data[i] != 0xff {
			cur = append(cur, data[i])
			continue
		}
		i++
		if i == len(data) {
			return out, "0xFF at the very end"
		}
		switch code := data[i]; code {
		case 0xff:
			cur = append(cur, 0xff)
			continue
		case 1, 2, 3:
			if code&1 != 0 {
				out, cur = append(out, string(cur)), nil
			}
			if code&2 != 0 {
				switch {
				case len(cur) > 0:
					return out, "a last record without an end-of-record marker"
				case i != len(data)-1:
					return out, "data behind the end-of-file marker"
				}
				return out, ""
			}
		default:
			return out, fmt.Sprintf("the code 0xFF 0x%02X", code)
		}
	}
	return out, "no end-of-file marker"
}

// rfc959Structures are the rules about structures: sections 3.1.2, 3.4 and 3.4.1.
func rfc959Structures() []serverCase {
	lines := []string{"The first record.", "", "The last record."}
	text := strings.Join(lines, "\r\n") + "\r\n"
	// stored has the text stored with file structure, and the session set to records.
	stored := func(d *driver) *session {
		s := d.scratch()
		s.given().ok("TYPE A")
		s.given().put("STOR text", text)
		s.given().ok("STRU R")
		return s
	}
	return []serverCase{
		{name: "stru-both-accepted", mutates: true, needs: []string{"STRU R"}, deviations: []string{"stru-r-transfer-refused"}, run: func(d *driver) {
			s := d.scratch()
			s.ok("TYPE A")
			s.ok("STRU R")
			s.put("STOR text", records(lines...))
			s.get("RETR text")
			s.ok("STRU F")
			d.Same("each record as a line", s.get("RETR text"), text)
		}},
		{name: "record-invertible", mutates: true, needs: []string{"STRU R"}, deviations: []string{"stru-r-joins"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A")
			s.given().ok("STRU R")
			s.given().put("STOR text", records(lines...))
			got, problem := splitRecords(s.get("RETR text"))
			d.Check(d.Settled() || problem == "" && slices.Equal(got, lines), fmt.Sprintf("the records that were stored: %q", lines), "%q %s", got, problem)
		}},
		{name: "stru-default-file", mutates: true, deviations: []string{"stru-default-record"}, run: checkDefaultStructure},
		{name: "stru-default", mutates: true, deviations: []string{"stru-default-record"}, run: checkDefaultStructure},
		{name: "stru-r-text", mutates: true, needs: []string{"STRU R"}, deviations: []string{"stru-r-ignored", "stru-r-joins"}, run: func(d *driver) {
			s := stored(d)
			got, problem := splitRecords(s.get("RETR text"))
			d.Check(d.Settled() || problem == "" && slices.Equal(got, lines), fmt.Sprintf("a record for each line: %q", lines), "%q %s", got, problem)
		}},
		{name: "store-retrieve-identical", mutates: true, deviations: []string{"type-i-text", "type-a-doubles-cr"}, run: func(d *driver) {
			s := d.scratch()
			n := 0
			for _, p := range [][3]string{
				{"A", "F", "S"}, {"A N", "F", "S"}, {"I", "F", "S"}, {"L 8", "F", "S"}, {"A", "R", "S"}, {"I", "F", "B"}, {"A", "F", "B"}, {"I", "F", "C"}, {"E", "F", "S"},
			} {
				if s.cmd("TYPE %s", p[0]).negative() || s.cmd("STRU %s", p[1]).negative() || s.cmd("MODE %s", p[2]).negative() {
					continue
				}
				content := octetsSent
				switch {
				case p[1] == "R":
					content = records(lines...)
				case p[0] == "E":
					content = "\xc1\xc2\x15\xc3\x15"
				case p[0][0] == 'A':
					content = text
				}
				n++
				name := fmt.Sprintf("file%d", n)
				s.putMode(p[2], "STOR "+name, content)
				d.sameOctets("the file as it was stored, with TYPE "+p[0]+", STRU "+p[1]+" and MODE "+p[2], s.getMode(p[2], "RETR "+name), content)
			}
		}},
		{name: "record-eor-explicit", mutates: true, needs: []string{"STRU R"}, deviations: []string{"stru-r-last-eor-missing"}, run: func(d *driver) {
			got := stored(d).get("RETR text")
			ends := strings.HasSuffix(got, recordEOR+recordEOF) || strings.HasSuffix(got, "\xff\x03")
			d.Check(d.Settled() || ends, "an end-of-record marker behind the last record, then the end-of-file marker", "%q", tail(got, 20))
		}},
		{name: "stream-record-codes", mutates: true, needs: []string{"STRU R"}, deviations: []string{"stru-r-other-codes", "stru-r-ignored"}, run: func(d *driver) {
			got := stored(d).get("RETR text")
			_, problem := splitRecords(got)
			d.Check(d.Settled() || problem == "", "records ended by FF 01, the file by FF 02 (or both by FF 03)", "%s in %q", problem, head(got, 80))
		}},
		{name: "stream-record-combined", mutates: true, needs: []string{"STRU R"}, deviations: []string{"stru-r-combined-unknown"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A")
			s.given().ok("STRU R")
			s.put("STOR text", "one"+recordEOR+"two\xff\x03")
			s.given().ok("STRU F")
			d.Same("the two records as lines", s.get("RETR text"), "one\r\ntwo\r\n")
		}},
		{name: "stream-record-escape", mutates: true, needs: []string{"STRU R"}, deviations: []string{"stru-r-no-escape"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A")
			s.given().ok("STRU R")
			s.put("STOR text", records("one\xff\xfftwo", "three"))
			d.Same("the octet FF of a record twice", s.get("RETR text"), records("one\xff\xfftwo", "three"))
			s.given().ok("STRU F")
			d.Same("one octet FF in the line", s.get("RETR text"), "one\xfftwo\r\nthree\r\n")
		}},
	}
}

// checkDefaultStructure fails unless the markers of record structure are data in a session without STRU.
func checkDefaultStructure(d *driver) {
	s := d.scratch()
	s.given().ok("TYPE I")
	content := "one" + recordEOR + "two\xff\xff" + recordEOR + recordEOF
	s.put("STOR octets", content)
	d.sameOctets("the octets as they were stored, without STRU", s.get("RETR octets"), content)
}

// rfc959Modes are the rules of section 3.4 about Stream, Block and Compressed mode, and those of section 3.5 about restart markers.
func rfc959Modes() []serverCase {
	block, compressed := []string{"MODE B"}, []string{"MODE C"}
	// raw retrieves what was stored in Stream mode and TYPE I in another mode, as it is on the wire.
	raw := func(d *driver, mode, content string) string {
		s := d.scratch()
		s.given().ok("TYPE I")
		s.given().put("STOR octets", content)
		s.given().ok("MODE %s", mode)
		return s.get("RETR octets")
	}
	// sent stores what is as it is on the wire in another mode, and retrieves it in Stream mode.
	sent := func(d *driver, mode, typ, wire string) string {
		s := d.scratch()
		s.given().ok("TYPE %s", typ)
		s.given().ok("MODE %s", mode)
		s.put("STOR octets", wire)
		s.given().ok("MODE S")
		return s.get("RETR octets")
	}
	long := strings.Repeat(octetsSent, 600) // more than a block can hold
	return []serverCase{
		{name: "transfer-eof", mutates: true, deviations: []string{"data-left-open"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR octets", octetsSent)
			d.sameOctets("the file and the end of it", s.get("RETR octets"), octetsSent)
		}},
		{name: "stream-any-type", mutates: true, deviations: []string{"stream-image-only"}, run: func(d *driver) {
			s := d.scratch()
			for i, typ := range []string{"A", "A N", "A T", "I", "L 8", "E"} {
				if s.cmd("TYPE %s", typ).negative() {
					continue
				}
				s.put(fmt.Sprintf("STOR file%d", i), "text")
				d.Same("the file in TYPE "+typ, s.get(fmt.Sprintf("RETR file%d", i)), "text")
			}
		}},
		{name: "stream-file-eof", mutates: true, deviations: []string{"stream-eof-octet", "data-left-open"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.put("STOR octets", octetsSent)
			d.sameOctets("every octet up to the close", s.get("RETR octets"), octetsSent)
			s.put("STOR none", "")
			d.sameOctets("an empty file", s.get("RETR none"), "")
		}},
		{name: "mode-default", mutates: true, deviations: []string{"mode-default-block"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.put("STOR octets", octetsSent)
			d.sameOctets("the octets as they are, without MODE", s.get("RETR octets"), octetsSent)
		}},
		{name: "block-header", mutates: true, needs: block, deviations: []string{"block-count-little-endian"}, run: func(d *driver) {
			got, problem := decodeBlocks(raw(d, "B", long))
			d.Check(d.Settled() || problem == "", "blocks, each with a header and as many octets as it counts", "%s", problem)
			d.sameOctets("the file in the blocks", got, long)
			d.sameOctets("the octets of the blocks that were stored", sent(d, "B", "I", encodeBlock(0, "one ")+encodeBlock(0, "two ")+encodeBlock(64, "three")), "one two three")
		}},
		{name: "block-descriptors", mutates: true, needs: block, deviations: []string{"block-eof-missing", "block-descriptor-unknown"}, run: func(d *driver) {
			data := raw(d, "B", long)
			_, problem := decodeBlocks(data)
			d.Check(d.Settled() || problem == "", "blocks with the descriptor bits 128, 64, 32 and 16 only, the last with 64", "%s", problem)
		}},
		{name: "block-descriptors-combined", mutates: true, needs: []string{"MODE B", "STRU R"}, deviations: []string{"block-combined-unknown"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A")
			s.given().ok("STRU R")
			s.given().ok("MODE B")
			s.put("STOR text", encodeBlock(128, "one")+encodeBlock(192, "two"))
			s.given().ok("MODE S")
			s.given().ok("STRU F")
			d.Same("the two records as lines", s.get("RETR text"), "one\r\ntwo\r\n")
		}},
		{name: "block-any-type", mutates: true, needs: block, deviations: []string{"block-image-only"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("MODE B")
			for i, typ := range []string{"A", "I", "L 8", "E"} {
				if s.cmd("TYPE %s", typ).negative() {
					continue
				}
				s.putMode("B", fmt.Sprintf("STOR file%d", i), "text")
				d.Same("the file in TYPE "+typ, s.getMode("B", fmt.Sprintf("RETR file%d", i)), "text")
			}
			if s.cmd("STRU R").negative() {
				return
			}
			s.ok("TYPE A")
			s.put("STOR records", encodeBlock(128, "one")+encodeBlock(128, "two")+encodeBlock(64, ""))
			s.ok("STRU F")
			d.Same("the two records as lines", s.getMode("B", "RETR records"), "one\r\ntwo\r\n")
		}},
		{name: "compressed-regular", mutates: true, needs: compressed, deviations: []string{"compressed-count-off"}, run: func(d *driver) {
			got, problem := decodeCompressed(raw(d, "C", octetsSent), 0)
			d.Check(d.Settled() || problem == "", "strings of compressed mode", "%s", problem)
			d.sameOctets("the file in the strings", got, octetsSent)
			d.sameOctets("the octets of the string that was stored", sent(d, "C", "I", "\x03hel\x00\x40\x02lo"), "hello")
		}},
		{name: "compressed-replicated", mutates: true, needs: compressed, deviations: []string{"compressed-replication-off"}, run: func(d *driver) {
			d.sameOctets("63 replications of x and 2 of y", sent(d, "C", "I", "\xbfx\x00\x40\x82y"), strings.Repeat("x", 63)+"yy")
			content := strings.Repeat("z", 200)
			got, problem := decodeCompressed(raw(d, "C", content), 0)
			d.Check(d.Settled() || problem == "", "strings of compressed mode", "%s", problem)
			d.sameOctets("the file in the strings", got, content)
		}},
		{name: "compressed-filler", mutates: true, needs: compressed, deviations: []string{"compressed-filler-other"}, run: func(d *driver) {
			d.sameOctets("3 zero octets in TYPE I", sent(d, "C", "I", "\x01a\xc3\x00\x40\x01b"), "a\x00\x00\x00b")
			d.sameOctets("3 spaces in TYPE A", sent(d, "C", "A", "\x01a\xc3\x00\x40\x01b"), "a   b")
		}},
		{name: "compressed-escape", mutates: true, needs: compressed, deviations: []string{"compressed-eof-missing"}, run: func(d *driver) {
			_, problem := decodeCompressed(raw(d, "C", "text"), 0)
			d.Check(d.Settled() || problem == "", "an escape sequence with the EOF bit at the end", "%s", problem)
		}},
		{name: "restart-marker-noted", mutates: true, needs: block, deviations: []string{"restart-marker-ignored"}, run: func(d *driver) {
			marks := storeMarked(d)
			d.Check(d.Settled() || len(marks) > 0, "a 110 reply to the restart marker in the data", "none")
		}},
		{name: "reply-110-text", mutates: true, needs: block, deviations: []string{"restart-reply-other"}, run: checkMark},
		{name: "data-close-told", mutates: true, needs: block, deviations: []string{"block-226-left-open", "block-250-closed"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR octets", octetsSent)
			s.given().ok("MODE B")
			dc := s.passive()
			s.given().prelim("RETR octets")
			dc.readBlocks()
			r := s.final("RETR octets")
			if d.Settled() {
				return
			}
			switch r.code {
			case 226:
				d.Check(d.Settled() || dc.ends(), "the data connection closed, as 226 tells", "it is open")
			default:
				d.Check(d.Settled() || !dc.endsSoon(), fmt.Sprintf("the data connection open, as %d tells", r.code), "it is closed")
			}
		}},
		{name: "close-immediately", mutates: true, needs: block, deviations: []string{"block-226-left-open"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR octets", octetsSent)
			s.given().ok("MODE B")
			dc := s.passive()
			s.given().prelim("RETR octets")
			dc.readBlocks()
			r := s.final("RETR octets")
			if d.Settled() || r.code == 250 {
				if !d.Settled() && dc.endsSoon() {
					d.Fail("the data connection open, as 250 tells", "it is closed")
				}
				// It is left open: the next transfer must find it so.
				s.prelim("RETR octets")
				dc.readBlocks()
				s.final("RETR octets")
				return
			}
			d.Check(dc.ends(), "the data connection closed at once", "it is open")
		}},
		{name: "data-connection-reuse", mutates: true, needs: block, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR octets", octetsSent)
			s.given().ok("MODE B")
			dc := s.passive()
			s.given().prelim("RETR octets")
			dc.readBlocks()
			r := s.final("RETR octets")
			if d.Settled() {
				return
			}
			if r.code == 226 {
				d.Saw("the data connection is closed after each transfer")
				return
			}
			s.prelim("RETR octets")
			got, _ := decodeBlocks(dc.readBlocks())
			s.final("RETR octets")
			d.sameOctets("the file once more over the same data connection", got, octetsSent)
			d.Saw("the data connection is used for several transfers")
		}},
	}
}

// storeMarked stores a file in Block mode with a restart marker in it, and returns the 110 replies.
func storeMarked(d *driver) (marks []*reply) {
	s := d.scratch()
	s.given().ok("TYPE I")
	s.given().ok("MODE B")
	dc := s.passive()
	s.given().prelim("STOR octets")
	dc.send(encodeBlock(0, "before ") + encodeBlock(16, "M1") + encodeBlock(0, "after") + encodeBlock(64, ""))
	dc.Close()
	for !d.Settled() {
		r := s.reply("STOR octets")
		if r.code != 110 {
			if !d.Settled() && r.class() != 2 {
				s.given().Wrong("the file stored", "%s", r.shown())
			}
			break
		}
		marks = append(marks, r)
	}
	return marks
}

// checkMark judges the text of 110 replies.
func checkMark(d *driver) {
	marks := storeMarked(d)
	if d.Settled() {
		return
	}
	if len(marks) == 0 {
		d.Absent("restart markers")
	}
	for _, r := range marks {
		server, ok := strings.CutPrefix(r.text(), "MARK M1 = ")
		d.Check(ok && server != "" && !strings.Contains(server, " "), `110 MARK M1 = and the server's marker`, "%s", r.shown())
	}
}
