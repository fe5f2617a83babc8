package ftpmock

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
	"harness/mockservers"
)

// FuzzSession says anything to a server that is logged in to. Whatever it is, the server answers in replies, and goes on or ends the session.
func FuzzSession(f *testing.F) {
	for _, s := range []string{
		"PWD\r\nCWD d\r\nMKD x\r\nRMD x\r\nLIST\r\nQUIT\r\n", "PASV\r\nLIST\r\nABOR\r\n", "EPSV ALL\r\nPASV\r\n", "REST 4\r\nPASV\r\nRETR text.txt\r\nABOR\r\nSTAT\r\n",
		"\xff\xf4\xff\xf2ABOR\r\n", "\xff\xfb\x01NOOP\r\n", "MLST\r\nMLST d\r\nOPTS MLST Type;Size;\r\nMLST text.txt\r\n", "SITE CHMOD 777 d\r\nSITE UTIME 20200101000000 bin\r\nSITE UTIME a 1 2 3 UTC\r\n",
		"HOST [::1]\r\nREIN\r\nUSER x\r\nPASS y\r\n", "LANG de\r\nHELP\r\nHELP RETR\r\nFEAT\r\nSTAT\r\nSTAT d\r\nSTAT *.txt\r\n", "RNFR text.txt\r\nRNTO d/a\r\nRNFR d\r\nRNTO d/x\r\n",
		"TYPE L 8\r\nMODE B\r\nSTRU R\r\nSIZE text.txt\r\nMODE Z\r\n", "MFMT 20200101000000 d\r\nMDTM 20200101000000 bin\r\nALLO 5 R 5\r\n", "RETR a\x00\r\n\r\n \r\nNOOP", "PORT 127,0,0,1,0,1\r\nEPRT |2|::1|99999|\r\n",
		"ACCT x\r\nSMNT x\r\nSTOU a/b\r\nCDUP\r\nLIST -la ../..\r\nNLST [\r\n", "SITE SYMLINK / loop\r\nCWD loop/loop\r\nMLSD loop\r\nSITE SYMLINK self self\r\nRETR self\r\n",
	} {
		f.Add([]byte(s))
	}
	s, err := Start(f.Context(), Options{Files: append([]fixtures.File{dir("keep", 0o755)}, sample...), Options: mockservers.Options{Timeouts: mockservers.Timeouts{Data: 20 * time.Millisecond, Idle: 5 * time.Second}}, Features: []string{"-DEFAULT-PORT", "QUOTA=1000000"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	f.Fuzz(func(t *testing.T, input []byte) {
		if strings.Contains(strings.ToUpper(string(input)), "AUTH") {
			return // TLS would begin
		}
		nc, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(10 * time.Second))
		go func() {
			io.WriteString(nc, "USER alice\r\nPASS wonderland\r\n")
			nc.Write(input)
			nc.(*net.TCPConn).CloseWrite()
		}()
		out, err := io.ReadAll(nc)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("the server neither answers nor ends: %q", out)
		}
		text := bytes.ReplaceAll(out, []byte("\xff\xff"), nil)
		if i := bytes.IndexByte(text, 0xff); i < 0 && err == nil { // no Telnet answers among them
			code := ""
			for line := range bytes.SplitAfterSeq(text, []byte("\n")) {
				switch l := string(line); {
				case l == "":
				case !strings.HasSuffix(l, "\r\n"):
					t.Fatalf("%q does not end in CRLF", l)
				case code != "":
					if strings.HasPrefix(l, code+" ") {
						code = ""
					}
				case len(l) < 6 || strings.Trim(l[:3], "0123456789") != "" || l[0] < '1' || l[0] > '5' || l[3] != ' ' && l[3] != '-':
					t.Fatalf("%q is no reply", l)
				case l[3] == '-':
					code = l[:3]
				}
			}
			if code != "" {
				t.Fatalf("a reply %s is not ended", code)
			}
		}
		for _, err := range s.TakeErrors() {
			t.Error(err)
		}
	})
}
