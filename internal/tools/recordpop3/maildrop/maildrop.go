// Package maildrop tells what mail the server of a recorded session had. The session's header names it by the messages of the corpus, in the
// order of their numbers:
//
//	note: mail: 01-plain, 31-megabyte cut to 900 lines
//
// "none" is an empty maildrop.
package maildrop

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"harness/fixtures"
	"harness/transcript"
)

// note begins the header field "note" that names the mail.
const note = "mail: "

// Field returns the header field that names mail; list is as for [Parse].
func Field(list string) transcript.Field { return transcript.Field{Name: "note", Value: note + list} }

// List returns the list of a session's header; ok is false if it has none.
func List(s *transcript.Session) (list string, ok bool) {
	for _, f := range s.Header {
		if l, found := strings.CutPrefix(f.Value, note); found && f.Name == "note" {
			return l, true
		}
	}
	return "", false
}

// Of returns the mail that a session's header names. It is an error if it names none.
func Of(s *transcript.Session) ([]fixtures.Mail, error) {
	list, ok := List(s)
	if !ok {
		return nil, fmt.Errorf("%s: its header does not say what mail there was: a line like \"note: %s01-plain, 25-dots\" is missing", s.Name, note)
	}
	mail, err := Parse(list)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	return mail, nil
}

// Parse returns the mail of a list: names of the corpus with commas between them, or "none". "NAME cut to N lines" is the message's first N
// lines and its last, which is the end of a multipart.
func Parse(list string) ([]fixtures.Mail, error) {
	if list == "none" {
		return nil, nil
	}
	var out []fixtures.Mail
	for entry := range strings.SplitSeq(list, ",") {
		name, cut, isCut := strings.Cut(strings.TrimSpace(entry), " cut to ")
		mail, err := fixtures.MailByName(name)
		if err != nil {
			return nil, err
		}
		if isCut {
			digits, found := strings.CutSuffix(cut, " lines")
			n, err := strconv.Atoi(digits)
			lines := bytes.SplitAfter(bytes.TrimSuffix(mail.Data, []byte("\r\n")), []byte("\r\n"))
			if !found || err != nil || n < 1 || n >= len(lines) {
				return nil, fmt.Errorf("mail %q: after \"cut to\" stands a number from 1 to %d, and \"lines\"", strings.TrimSpace(entry), len(lines)-1)
			}
			short := bytes.Join(lines[:n], nil)
			mail.Data = append(append(short, lines[len(lines)-1]...), "\r\n"...)
			mail.Name = fmt.Sprintf("%s cut to %d lines", name, n)
		}
		out = append(out, mail)
	}
	return out, nil
}
