package nntpspec

import (
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"harness/internal/conn"
	"harness/protocols/nntp"
)

// squeezable checks that a session may be compressed: the server lists COMPRESS with DEFLATE. If it does not, the case ends.
func (s *session) squeezable() nntp.Capabilities { return s.given().listing("COMPRESS", "DEFLATE") }

// beforeCompress returns a session that may be compressed, authenticated if there is an account; see [driver.open].
func (d *driver) beforeCompress() *session {
	s := d.open()
	s.squeezable()
	return s
}

// squeeze sends COMPRESS, which has to be accepted, and begins compression.
func (s *session) squeeze() { s.squeezeWith(nil) }

// squeezeWith is squeeze with a compressor of the case's own; nil for an ordinary one.
func (s *session) squeezeWith(compressor func(out io.Writer) conn.Compressor) {
	s.code(nntp.CodeCompressing, "COMPRESS DEFLATE")
	if s.d.Settled() {
		return
	}
	begin := s.C.StartDeflate
	if compressor != nil {
		begin = func() error { return s.C.StartDeflateWith(compressor) }
	}
	if err := begin(); err != nil {
		s.d.Unclear("%v", err)
	}
}

// squeezed returns a session under compression, authenticated if there is an account; see [driver.open].
func (d *driver) squeezed() *session {
	s := d.beforeCompress()
	s.given().squeeze()
	return s
}

// leveled compresses what each write gives it with the next of its levels: a stream whose parameters change. Blocks of one level do not refer to those of
// another.
type leveled struct {
	out    io.Writer
	levels []int
	n      int
}

func (l *leveled) Write(p []byte) (int, error) {
	z, err := flate.NewWriter(l.out, l.levels[l.n%len(l.levels)])
	if err != nil {
		return 0, err
	}
	l.n++
	n, err := z.Write(p)
	return n, errors.Join(err, z.Flush())
}

func (l *leveled) Flush() error { return nil }

// uncompressed compresses nothing.
type uncompressed struct{ io.Writer }

func (uncompressed) Flush() error { return nil }

// answered wants some commands to be answered as they should be.
func (s *session) answered() {
	s.list("HELP")
	s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
	s.list("CAPABILITIES")
}

// rfc8054Rows are the server cases of RFC 8054: COMPRESS.
func rfc8054Rows() []serverCase {
	return slices.Concat(rfc8054Capability(), rfc8054Command(), rfc8054Active(), rfc8054Stream())
}

func rfc8054Capability() []serverCase {
	return []serverCase{
		{name: "compress-listed-any-mode", features: []string{"?MODE=switching"}, run: func(d *driver) {
			s := d.plain()
			before := s.given().squeezable()
			r := s.given().cmd("MODE READER")
			after := s.given().capabilities()
			if !d.Settled() {
				d.Saw("COMPRESS is listed at first: %v; MODE READER gets %d, and it is listed then: %v", before.Has("COMPRESS"), r.Code, after.Has("COMPRESS"))
			}
		}},
		{name: "compress-deflate-listed", needs: []string{"COMPRESS"}, deviations: []string{"compress-shrink-only"}, run: func(d *driver) {
			d.Check(d.open().given().listing("COMPRESS").Has("COMPRESS", "DEFLATE") || d.Settled(), "DEFLATE among the arguments of COMPRESS", "it is not there")
		}},
		{name: "compress-private-names", needs: []string{"COMPRESS"}, deviations: []string{"compress-private"}, run: func(d *driver) {
			for _, algorithm := range d.open().given().listing("COMPRESS").Args("COMPRESS") {
				d.Check(algorithm == "DEFLATE", "DEFLATE alone, of all names the one that is registered", "%s", algorithm)
			}
		}},
	}
}

func rfc8054Command() []serverCase {
	needs := []string{"COMPRESS DEFLATE"}
	return []serverCase{
		{name: "compress-deflate-implemented", needs: needs, deviations: []string{"compress-503", "compress-idle"}, run: func(d *driver) {
			s := d.beforeCompress()
			s.squeeze()
			s.answered()
		}},
		{name: "compress-501", needs: needs, deviations: []string{"compress-501-as-503"}, run: func(d *driver) {
			s := d.beforeCompress()
			for _, line := range []string{"COMPRESS", "COMPRESS DE.FLATE", "COMPRESS ABCDEFGHIJKLMNOPQRSTU", "COMPRESS DEFLATE 9"} {
				s.code(nntp.CodeSyntax, "%s", line)
			}
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "compress-503", needs: needs, deviations: []string{"compress-503-as-501"}, run: func(d *driver) {
			s := d.beforeCompress()
			for _, algorithm := range []string{"X-HARNESS", "Z", "SHRINK_2"} {
				s.code(nntp.CodeNotSupported, "COMPRESS %s", algorithm)
			}
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "compress-403", needs: needs, features: []string{"?REFUSE=COMPRESS:403"}, deviations: []string{"compress-403-as-503"}, run: func(d *driver) {
			r := d.beforeCompress().cmd("COMPRESS DEFLATE")
			if !d.Settled() && r.Code == nntp.CodeCompressing {
				d.Absent("a server that cannot compress")
			}
			d.Check(d.Settled() || r.Code == nntp.CodeFault, "403 where compression cannot be activated", "%s", r.shown())
		}},
		{name: "compress-206", needs: needs, deviations: []string{"compress-200", "compress-idle"}, run: func(d *driver) {
			s := d.beforeCompress()
			s.squeeze()
			s.answered()
		}},
	}
}

func rfc8054Active() []serverCase {
	needs := []string{"COMPRESS DEFLATE"}
	switching := []string{"?MODE=switching"}
	unlisted := func(labels ...string) func(*driver) {
		return func(d *driver) {
			s := d.plain()
			s.squeezable()
			s.given().squeeze()
			caps := s.capabilities()
			for _, label := range labels {
				d.Check(d.Settled() || !caps.Has(label), "no "+label+" listed under compression", "it is listed")
			}
		}
	}
	twice := func(d *driver) {
		s := d.private()
		caps := s.squeezable()
		s.given().squeeze()
		s.code(nntp.CodeNotPermitted, "COMPRESS DEFLATE")
		if caps.Has("STARTTLS") {
			s.code(nntp.CodeNotPermitted, "STARTTLS")
		}
		s.answered()
	}
	authinfo := func(d *driver) {
		s := d.private()
		s.squeezable()
		s.given().squeeze()
		args := s.capabilities().Args("AUTHINFO")
		d.Check(d.Settled() || len(args) == 0, "AUTHINFO without arguments under compression, or none", "AUTHINFO %s", strings.Join(args, " "))
	}
	return []serverCase{
		{name: "compress-not-listed-active", needs: needs, deviations: []string{"compress-listed-active"}, run: unlisted("COMPRESS")},
		{name: "compress-no-mode-reader", features: switching, deviations: []string{"mode-reader-listed"}, run: unlisted("MODE-READER")},
		{name: "compress-active-known", needs: needs, deviations: []string{"compress-again", "starttls-again"}, run: twice},
		{name: "compress-capabilities", needs: needs, deviations: []string{"compress-listed-active", "starttls-listed-compressed"}, run: unlisted("COMPRESS", "STARTTLS")},
		{name: "compress-502", needs: needs, deviations: []string{"compress-again", "starttls-again"}, run: twice},
		{name: "compress-authinfo-capability", needs: needs, labels: []string{"auth"}, deviations: []string{"authinfo-arguments-compressed"}, run: authinfo},
		{name: "compress-authinfo-502", needs: needs, labels: []string{"auth", "security"}, deviations: []string{"authinfo-502-as-482"}, run: func(d *driver) {
			s := d.private()
			caps := s.squeezable()
			s.given().squeeze()
			if !d.Settled() && len(caps.Args("AUTHINFO")) == 0 {
				d.Absent("AUTHINFO")
			}
			if caps.Has("AUTHINFO", "USER") {
				s.code(nntp.CodeNotPermitted, "AUTHINFO USER harness")
				s.code(nntp.CodeNotPermitted, "AUTHINFO PASS harness")
			}
			for _, m := range caps.Args("SASL") {
				s.code(nntp.CodeNotPermitted, "AUTHINFO SASL %s", m)
			}
		}},
		{name: "compress-registration-capabilities", features: switching, deviations: []string{"mode-reader-listed", "starttls-listed-compressed"}, run: unlisted("STARTTLS", "MODE-READER")},
		{name: "compress-registration-authinfo", needs: needs, labels: []string{"auth"}, deviations: []string{"authinfo-arguments-compressed"}, run: authinfo},
	}
}

func rfc8054Stream() []serverCase {
	needs := []string{"COMPRESS DEFLATE"}
	layers := func(d *driver) {
		s := d.inTLS()
		s.squeezable()
		s.squeeze()
		s.answered()
	}
	return []serverCase{
		{name: "compress-parameters", needs: needs, deviations: []string{"compress-idle"}, run: func(d *driver) {
			s := d.beforeCompress()
			s.given().squeezeWith(func(out io.Writer) conn.Compressor {
				return &leveled{out: out, levels: []int{flate.BestCompression, flate.NoCompression, flate.HuffmanOnly, flate.BestSpeed}}
			})
			for range 4 {
				s.answered()
			}
		}},
		{name: "compress-flushed", needs: needs, deviations: []string{"compress-unflushed"}, run: func(d *driver) {
			s := d.squeezed()
			s.Patience(d.T.Scale(postWait))
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
			s.answered()
			s.quit()
		}},
		{name: "compress-under-tls", labels: []string{"tls"}, deviations: []string{"compress-idle"}, run: layers},
		{name: "compress-layers-reversed", labels: []string{"tls"}, deviations: []string{"compress-idle"}, run: layers},
		{name: "compress-corrupt-closes", needs: needs, labels: []string{"security"}, deviations: []string{"compress-corrupt-stays"}, run: func(d *driver) {
			s := d.beforeCompress()
			s.given().squeezeWith(func(out io.Writer) conn.Compressor { return uncompressed{out} })
			s.Send("\xff\xff\xff\xff this is no block of RFC 1951\r\n")
			if octets := s.Comes(); strings.HasPrefix(octets, "400 ") { // the last word of many servers
				s.C.R.Discard(len(octets))
			}
			s.Closed("compressed data that is corrupt")
		}},
		{name: "compress-raw-deflate", needs: needs, deviations: []string{"compress-zlib"}, run: func(d *driver) {
			s := d.squeezed()
			s.Patience(d.T.Scale(postWait))
			s.answered()
		}},
		{name: "compress-window", needs: needs, deviations: []string{"compress-window-small"}, run: func(d *driver) {
			// The same message-ids come again about 30,000 octets later, and are compressed as references to where they stood.
			s := d.squeezed()
			var part strings.Builder
			n := 0
			for ; part.Len() < 30000; n++ {
				fmt.Fprintf(&part, "STAT %s\r\n", newID())
			}
			for range 2 {
				s.Send(part.String())
				for range n {
					r := s.reply("STAT", "one of many commands, compressed with a window of 32 KiB")
					d.Check(d.Settled() || r.Code == nntp.CodeNoSuchArticle, "430", "%s", r.shown())
				}
			}
		}},
	}
}
