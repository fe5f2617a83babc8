package play

import (
	"testing"

	"harness/transcript"
)

// TestQuietCompressed waits on a compressed connection and goes on behind that.
func TestQuietCompressed(t *testing.T) {
	s, err := transcript.Parse("nntp.session", []byte(`session: 1
protocol: nntp

S: 200 ready
C: COMPRESS DEFLATE
S: 206 begin
-- compress deflate
C: DATE
-- quiet S 20ms
S: 111 20261123120000
C: QUIT
S: 205 bye
-- wait C 150ms
-- close C
`))
	if err != nil {
		t.Fatal(err)
	}
	so, co := serverOptions(), clientOptions()
	so.Dialect, co.Dialect = nil, nil
	sr, cr := both(t, s, s, so, co)
	if sr.err != nil || cr.err != nil {
		t.Error(sr.err, cr.err)
	}
}
