package maildrop

import (
	"bytes"
	"strings"
	"testing"

	"harness/fixtures"
	"harness/transcript"
)

func TestParse(t *testing.T) {
	mail, err := Parse("01-plain, 31-megabyte cut to 900 lines,25-dots")
	if err != nil || len(mail) != 3 {
		t.Fatal(len(mail), err)
	}
	plain, err := fixtures.MailByName("01-plain")
	if err != nil || mail[0].Name != "01-plain" || !bytes.Equal(mail[0].Data, plain.Data) || mail[2].Name != "25-dots" {
		t.Errorf("%v %q", err, mail[0])
	}
	whole, err := fixtures.MailByName("31-megabyte")
	if err != nil {
		t.Fatal(err)
	}
	cut := mail[1].Data
	if n := bytes.Count(cut, []byte("\r\n")); n != 901 {
		t.Errorf("%d lines, want 901", n)
	}
	if end := []byte("\r\n--megabyte--\r\n"); !bytes.HasSuffix(cut, end) || !bytes.HasPrefix(whole.Data, cut[:len(cut)-len(end)]) {
		t.Errorf("it ends in %q", cut[len(cut)-100:])
	}
	if mail, err := Parse("none"); mail != nil || err != nil {
		t.Error(mail, err)
	}
	for _, bad := range []string{"", "00-nothing", "01-plain,", "01-plain cut to", "01-plain cut to 0 lines", "01-plain cut to 5000 lines", "01-plain cut to 5"} {
		if mail, err := Parse(bad); err == nil {
			t.Errorf("%q: %v", bad, mail)
		}
	}
}

func TestOf(t *testing.T) {
	s := transcript.New("pop3")
	if _, err := Of(s); err == nil || !strings.Contains(err.Error(), "note: mail: ") {
		t.Error(err)
	}
	s.Header = append(s.Header, transcript.Field{Name: "note", Value: "anything"}, Field("25-dots"))
	if mail, err := Of(s); err != nil || len(mail) != 1 || mail[0].Name != "25-dots" {
		t.Error(mail, err)
	}
	if list, ok := List(s); !ok || list != "25-dots" {
		t.Error(list)
	}
}
