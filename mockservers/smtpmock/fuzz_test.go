package smtpmock

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"harness/mockservers"
)

// FuzzSession says anything to a server. Whatever it is, the server answers in replies, and goes on or ends the session; what it keeps is what came.
func FuzzSession(f *testing.F) {
	for _, s := range []string{
		"EHLO c.example\r\nMAIL FROM:<a@example.com> SIZE=1 BODY=8BITMIME\r\nRCPT TO:<alice@example.org> NOTIFY=NEVER\r\nDATA\r\n..x\r\n.\r\nQUIT\r\n",
		"EHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.net>\r\nBDAT 3\r\nabcBDAT 2 LAST\r\nxyBDAT 1 LAST\r\nz",
		"EHLO c.example\r\nMAIL FROM:<\"a b\"@[IPv6:::1]>\r\nRCPT TO:<@r:postmaster@example.org>\r\nDATA\r\nx\n.\ny\r.\rz\r\n.\n\r\n.\r\n",
		"HELO x\r\nVRFY alice\r\nEXPN all SMTPUTF8\r\nHELP MAIL\r\nNOOP x\r\nRSET\r\n", "AUTH CRAM-MD5\r\nEHLO x\r\nAUTH SCRAM-SHA-1 biwsbj1hLHI9Yg==\r\n*\r\nAUTH LOGIN\r\n\r\n",
		"BDAT 99999999999999999999\r\nBDAT 5\r\nabcdeBDAT x\r\n", "\x00\r\n\xff\xfe\r\n\n\r\r\n", "MAIL FROM:<a@b> RET=FULL ENVID=+41 AUTH=<> BY=1;RT MT-PRIORITY=-9 HOLDFOR=1\r\n",
	} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	servers := map[bool]*Server{}
	for lmtp, features := range map[bool][]string{false: {"-STARTTLS", "CLEARTEXT=all"}, true: {"-STARTTLS", "MODE=lmtp"}} {
		s, err := Start(f.Context(), Options{Keep: 1, Features: features, Options: mockservers.Options{Timeouts: mockservers.Timeouts{Idle: 5 * time.Second}}})
		if err != nil {
			f.Fatal(err)
		}
		f.Cleanup(func() { s.Close() })
		servers[lmtp] = s
	}
	f.Fuzz(func(t *testing.T, input []byte, lmtp bool) {
		s := servers[lmtp]
		nc, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(10 * time.Second))
		go func() {
			nc.Write(input)
			nc.(*net.TCPConn).CloseWrite()
		}()
		out, err := io.ReadAll(nc)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("the server neither answers nor ends: %q", out)
		}
		code := ""
		for line := range bytes.SplitAfterSeq(out, []byte("\n")) {
			l := string(line)
			if l == "" {
				continue
			}
			if len(l) < 6 || len(l) > 512 && !strings.HasPrefix(l, "334 ") || !strings.HasSuffix(l, "\r\n") || strings.Trim(l[:3], "0123456789") != "" || l[0] < '2' || l[0] > '5' || l[3] != ' ' && l[3] != '-' ||
				strings.Trim(l[4:len(l)-2], " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~") != "" && !strings.Contains(l, "@") {
				t.Fatalf("%q is no line of a reply", l)
			}
			if code != "" && l[:3] != code {
				t.Fatalf("%q within a reply of %s", l, code)
			}
			code = ""
			if l[3] == '-' {
				code = l[:3]
			}
		}
		if code != "" && err == nil {
			t.Fatalf("a reply %s is not ended", code)
		}
		for _, err := range s.TakeErrors() {
			t.Error(err)
		}
	})
}
