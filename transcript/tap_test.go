package transcript_test

import (
	"strings"
	"testing"
	"time"

	"harness/protocols/dialect"
	"harness/protocols/pop3"
	"harness/transcript"
)

// said is what a tap is shown: octets of a party, or an event.
type said struct {
	from   dialect.Party
	octets string
	event  string
}

func TestTap(t *testing.T) {
	steps := []said{
		{from: 'S', octets: "+OK rea"}, {from: 'S', octets: "dy\r\n"},
		{from: 'C', octets: "STLS\r\n"}, {from: 'S', octets: "+OK\r\n"}, {event: "tls"},
		{from: 'C', octets: "USER alice\r\nPASS won"}, {from: 'C', octets: "derland\r\n"},
		{from: 'S', octets: "+OK\r\n+OK in\r\n"},
		{from: 'C', octets: "RETR 1\r\n"}, {from: 'S', octets: "+OK\r\nSubject: a\r\n\r\n..\r\n.\r\n"},
		{from: 'C', octets: "QU"}, {event: "close"}, {event: "close"},
	}
	const want = `session: 1
protocol: pop3

S: +OK ready
C: STLS
S: +OK
-- tls
C: USER {{alice user}}
C: PASS {{*** password}}
S: +OK
S: +OK in
C: RETR 1
S: +OK
S: Subject: a
S:
S: ..
S: .
C: QU{{none}}
-- close C
`
	tap := transcript.NewTap(pop3.Dialect(), transcript.BuilderOptions{})
	defer tap.Close()
	for _, s := range steps {
		if s.event != "" {
			tap.Event(time.Now(), "", s.event)
			continue
		}
		tap.Octets(time.Now(), "", s.from, []byte(s.octets))
	}
	got, err := tap.Session()
	if err != nil {
		t.Fatal(err)
	}
	if text := string(got.Print()); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

func TestServerTapTellsWhoClosed(t *testing.T) {
	for event, want := range map[string]string{"eof": "-- close C\n", "close": "-- close S\n", "reset": "-- reset S\n"} {
		tap := transcript.NewServerTap(pop3.Dialect(), transcript.BuilderOptions{})
		tap.Octets(time.Now(), "", dialect.Server, []byte("+OK\r\n"))
		tap.Event(time.Now(), "", event)
		tap.Event(time.Now(), "", "close")
		s, err := tap.Session()
		if err != nil {
			t.Fatal(err)
		}
		if text := string(s.Print()); !strings.HasSuffix(text, "S: +OK\n"+want) {
			t.Errorf("%s: %s", event, text)
		}
		tap.Close()
	}
}
