package ftpspec

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// The steps of the server cases beyond those of the driver. Like all steps they do nothing once the judgement is settled.

// preliminary, completed and negative say of which kind a reply is (RFC 959 section 4.2).
func (r *reply) preliminary() bool { return r.class() == 1 }
func (r *reply) completed() bool   { return r.class() == 2 }
func (r *reply) negative() bool    { return r.class() == 4 || r.class() == 5 }

// code sends a command and expects this code.
func (s *session) code(code int, format string, args ...any) *reply {
	return s.expect(strconv.Itoa(code), format, args...)
}

// intermediate sends a command and expects a 3yz reply.
func (s *session) intermediate(format string, args ...any) *reply {
	return s.expect("3yz", format, args...)
}

// permanent sends a command and expects a 5yz reply.
func (s *session) permanent(format string, args ...any) *reply {
	return s.expect("5yz", format, args...)
}

// prelim sends a transfer command and expects that the transfer begins.
func (s *session) prelim(line string) *reply { return s.expect("125 150", "%s", line) }

// final expects that a transfer ends well.
func (s *session) final(line string) *reply {
	return s.expected("226 250", s.reply("the end of the transfer of "+line))
}

// get retrieves what the command sends over a data connection.
func (s *session) get(line string) string {
	return string(s.whole(s.transfer(nil, nil, "%s", line)).got)
}

// put sends content for the command over a data connection, and returns the last reply.
func (s *session) put(line, content string) *reply {
	return s.whole(s.transfer(nil, []byte(content), "%s", line)).last
}

// readAll begins the transfer on a data connection and reads to its end.
func (d *data) readAll() string {
	d.begin()
	return string(d.read())
}

// fill begins the transfer on a data connection, sends octets and closes it.
func (d *data) fill(content string) {
	d.begin()
	d.write([]byte(content))
	d.Close()
}

// names are the names that NLST sends, without the directories before them and without those of the directory itself and its parent, sorted.
func (s *session) names(line string) []string {
	var out []string
	for name := range strings.SplitSeq(s.get(line), "\r\n") {
		if name = path.Base(name); name != "." && name != ".." {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// sameOctets fails unless got is want, and tells of the first difference.
func (d *driver) sameOctets(what, got, want string) { d.same(what, []byte(got), []byte(want)) }

// What cases store. textSent is text as TYPE A has it on the wire; octetsSent has every octet, and those that a transformation of text or of
// Telnet would change.
const textSent = "The first line.\r\nThe second line is longer than the first.\r\n\r\n The last line.\r\n"

var octetsSent = func() string {
	var b strings.Builder
	for i := range 256 {
		b.WriteByte(byte(i))
	}
	b.WriteString("\r\n\n\r\r\n\xff\xff\x00\xff\x01\xff\x02\xff\xf4\x1a\x04end")
	return b.String()
}()

func head(s string, n int) string { return s[:min(n, len(s))] }
