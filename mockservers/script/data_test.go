package script

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"harness/internal/play"
	"harness/mockservers"
	"harness/protocols/dialect"
	"harness/protocols/ftp"
	"harness/transcript"
)

func parseFTP(t testing.TB, text string) *transcript.Session {
	t.Helper()
	s, err := transcript.Parse("ftp.session", []byte("session: 1\nprotocol: ftp\n\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	ftpHi   = "S: 220 ready\n"
	ftpTLS  = ftpHi + "C: AUTH TLS\nS: 234 go\n-- tls\nC: PROT P\nS: 200 ok\n"
	ftpPasv = "C: PASV\nS: 227 ({{127,0,0,1,195,80 pasv d1}})\n"
	ftpPort = "C: PORT {{127,0,0,1,195,80 port d1}}\nS: 200 ok\n"
	ftpBye  = "C: QUIT\nS: 221 bye\n-- close S\n"
	ftpDown = "C: RETR a\nS: 150 x\nTLSSd1: 0123456789\nSd1: 0123456789\n-- close Sd1\nS: 226 x\n"
	ftpUp   = "C: STOR a\nS: 150 x\nTLSCd1: 0123456789\nCd1: 0123456789\n-- close Cd1\nS: 226 x\n"
)

func ftpText(hi, agree, open, transfer string) string {
	handshake := ""
	if hi == ftpTLS {
		handshake = "-- tls d1\n"
	}
	return hi + agree + open + strings.ReplaceAll(transfer, "TLS", handshake) + ftpBye
}

// TestData serves sessions with data connections, and with an end of TLS.
func TestData(t *testing.T) {
	for name, text := range map[string]string{
		"passive":           ftpText(ftpHi, ftpPasv, "-- open Cd1\n", ftpDown),
		"passive upload":    ftpText(ftpHi, ftpPasv, "-- open Cd1\n", ftpUp),
		"protected":         ftpText(ftpTLS, ftpPasv, "-- open Cd1\n", ftpDown),
		"protected upload":  ftpText(ftpTLS, ftpPasv, "-- open Cd1\n", ftpUp),
		"active":            ftpText(ftpHi, ftpPort, "", strings.Replace(ftpDown, "TLS", "-- open Sd1\nTLS", 1)),
		"protected active":  ftpText(ftpTLS, ftpPort, "", strings.Replace(ftpUp, "TLS", "-- open Sd1\nTLS", 1)),
		"the client resets": ftpHi + ftpPasv + "-- open Cd1\nC: RETR a\nS: 150 x\nSd1: a\n-- reset Cd1\nS: 426 x\n" + ftpBye,
		"the server resets": ftpHi + ftpPasv + "-- open Cd1\nC: RETR a\nS: 150 x\nSd1: a\n-- reset Sd1\nS: 426 x\n" + ftpBye,
		"half-close":        ftpHi + ftpPasv + "-- open Cd1\nC: RETR a\nS: 150 x\n-- half-close Cd1\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
		"never made":        ftpHi + ftpPasv + "C: RETR a\nS: 425 x\n" + ftpBye,
		"not there":         ftpHi + ftpPasv + "-- open Cd1\nC: RETR a\nS: 550 x\n-- close Sd1\n" + ftpBye,
		"TLS ends":          ftpTLS + "C: CCC\nS: 200 x\n-- clear\nC: NOOP\nS: 200 x\n" + ftpBye,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := parseFTP(t, text)
			srv := NewSessions(t, Options{}, s)
			rep, err := drive(t, srv, s, nil)
			if err != nil || rep.Played != rep.Items {
				t.Error(err)
			}
		})
	}
}

// TestDataReuse resumes the TLS session of the control connection.
func TestDataReuse(t *testing.T) {
	s := parseFTP(t, ftpText(ftpTLS, ftpPasv, "-- open Cd1\n", ftpDown))
	srv := NewSessions(t, Options{}, s)
	if _, err := drive(t, srv, s, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := srv.Wait(ctx, 1); err != nil {
		t.Fatal(err)
	}
	data := srv.Sessions()[0].Data()
	if len(data) != 1 || data[0].Verb != "RETR" || !data[0].TLS || !data[0].Resumed || data[0].Sent != 24 || data[0].End != "close" {
		t.Errorf("%+v", data)
	}
}

// TestDataFaults has the faults of data connections act on those of sessions: the client sees them, and the play is not the client's mistake.
func TestDataFaults(t *testing.T) {
	down, up := ftpText(ftpHi, ftpPasv, "-- open Cd1\n", ftpDown), ftpText(ftpHi, ftpPasv, "-- open Cd1\n", ftpUp)
	active := ftpText(ftpHi, ftpPort, "", strings.Replace(ftpDown, "TLS", "-- open Sd1\nTLS", 1))
	for _, c := range []struct {
		fault, text string
		outcome     play.Outcome // of the client; "" if it notices nothing
	}{
		{"reset on data at octet 14 at RETR", down, play.GotReset},
		{"close on data at octet 14 at RETR", down, play.GotOther},
		{"truncate 14 on data at RETR", down, play.GotOther},
		{"octets on data at RETR", down, ""},
		{"garbage 30 on data at RETR", down, play.GotOther},
		{"reset on data at octet 14 at STOR", down, ""},
		{"reset on data at octet 14 at STOR", up, play.GotClose},
		{"close on data at octet 14 at RETR", active, play.GotOther},
		{"cert expired on data at RETR", ftpText(ftpTLS, ftpPasv, "-- open Cd1\n", ftpDown), play.GotFailure},
		{"refuse on data at PASV", down, play.GotFailure},
		{"refuse on data at RETR", active, play.GotClose},
	} {
		t.Run(c.fault, func(t *testing.T) {
			t.Parallel()
			f, err := mockservers.ParseFault(c.fault)
			if err != nil {
				t.Fatal(err)
			}
			s := parseFTP(t, c.text)
			srv, err := Start(t.Context(), Options{Options: mockservers.Options{Faults: []mockservers.Fault{f}}}, s)
			if err != nil {
				t.Fatal(err)
			}
			defer srv.Close()
			rep, err := drive(t, srv, s, nil)
			if err == nil && c.outcome == "" {
				return
			}
			if rep == nil {
				t.Fatal(err)
			}
			ms := rep.Mismatches()
			if len(ms) == 0 || ms[0].Outcome != c.outcome && c.outcome != play.GotClose {
				t.Errorf("want %q, got %v", c.outcome, err)
			}
		})
	}
}

// TestDataClosed closes what a session listens on when it ends, also before anybody connected.
func TestDataClosed(t *testing.T) {
	s := parseFTP(t, ftpHi+ftpPasv+"C: NOOP\nS: 200 ok\n-- open Cd1\nC: RETR a\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n"+ftpBye)
	srv, err := Start(t.Context(), Options{}, s)
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	nc, err := net.Dial("tcp", srv.Addr())
	if err != nil {
		t.Fatal(err)
	}
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	nc.Write([]byte("PASV\r\nNOOP\r\n"))
	text, buf := "", make([]byte, 200)
	for !strings.Contains(text, "200 ok") {
		n, err := nc.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		text += string(buf[:n])
	}
	nc.Close()
	srv.Close()
	_, addr, _ := strings.Cut(text, "227 (")
	addr, _, _ = strings.Cut(addr, ")")
	at, err := ftp.Dialect().(dialect.DataDialect).ParseAddress("pasv", []byte(addr))
	if err != nil {
		t.Fatal(text, err)
	}
	if nc, err := net.Dial("tcp", at.String()); err == nil {
		nc.Close()
		t.Error("the listener is there behind the end")
	}
}
