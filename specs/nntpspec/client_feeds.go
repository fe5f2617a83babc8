package nntpspec

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"slices"
	"strings"

	"harness/protocols/nntp"
	"harness/specs/trial"
)

// offers are articles for a feed.
func offers(n int) []Offer {
	var out []Offer
	for i := range n {
		id := nntp.MessageID("<" + string(rune('a'+i)) + "@harness.invalid>")
		out = append(out, Offer{ID: id, Data: []byte(strings.ReplaceAll(sampleArticle, sampleID, string(id)))})
	}
	return out
}

func (s *subject) feed(list []Offer) []Outcome {
	got := trial.Value(&s.Subject, "a feed", func(ctx context.Context, c ClientSession) ([]Outcome, error) { return c.Feed(ctx, list...) })
	if !s.d.Settled() && len(got) != len(list) {
		s.d.Fail("an outcome for each article", "%d for %d", len(got), len(list))
	}
	return append(got, make([]Outcome, max(len(list)-len(got), 0))...)
}

// peer is a server that takes a feed: it answers CHECK by the codes, in the order of the articles, and takes what is sent to it all the same.
func (s *script) peer(codes ...string) {
	s.greet()
	list := offers(len(codes))
	for !s.Over {
		l, err := s.Read()
		words := strings.Fields(string(l.Text) + " -")
		at := slices.IndexFunc(list, func(o Offer) bool { return len(words) > 1 && string(o.ID) == words[1] })
		switch {
		case err != nil:
			s.Stop(nil)
		case s.Aside(l):
		case s.Leaves(l):
			s.Flush()
			s.Stop(nil)
		case l.Verb() == "MODE":
			s.Say("203 streaming")
		case l.Verb() == "CHECK" && at >= 0:
			s.Say(codes[at] + " " + words[1])
		case l.Verb() == "TAKETHIS" && at >= 0:
			s.posted(stuffed(string(list[at].Data)))
			s.Say("239 " + words[1])
		default:
			s.Wrong("CHECK or TAKETHIS for an article that is offered", "%s", l.Shown())
		}
	}
}

func feedRows() []clientCase {
	large := head + strings.Repeat(".0123456789abcdef 0123456789abcdef 0123456789abcdef\r\n", 8000)
	check := func(ctx context.Context, c ClientSession) error { return c.Check(ctx, sampleID) }
	feed := func(ctx context.Context, c ClientSession) error { _, err := c.Feed(ctx, offers(2)...); return err }
	const transit = "VERSION 2\nIHAVE"
	return []clientCase{
		{
			name: "streaming-takethis-unasked", script: "C: TAKETHIS " + sampleID + "\n" + blockLines(sampleArticle) + "S: 239 " + sampleID + "\n",
			run: func(d *try) {
				s := d.open()
				s.Do("TAKETHIS", byTakeThis.send(sampleArticle))
				s.quit()
				d.Saw("the client can send TAKETHIS without CHECK")
			},
		},
		{
			name: "streaming-adaptive", serve: func(s *script) { s.peer("238", "438", "431", "238") },
			run: func(d *try) {
				s := d.open()
				got := s.feed(offers(4))
				for i, want := range []int{239, 438, 431, 239} {
					if c := got[i].Code; c != want && (want == 239 || len(d.Sent("CHECK")) == 4) {
						d.Fail("the outcomes 239, 438, 431 and 239", "%+v", got)
					}
				}
				s.quit()
				d.Saw("of 4 articles, the client asks for %d by CHECK", len(d.Sent("CHECK")))
			},
		},
		{
			name: "streaming-capabilities-asked", deviations: []string{"streaming-unasked"}, serve: func(s *script) { s.peer("238", "238") },
			run: func(d *try) {
				s := d.open()
				s.feed(offers(2))
				s.quit()
				if l := d.Lines(); len(l) > 0 && l[0].Verb() != "CAPABILITIES" {
					d.Fail("CAPABILITIES before anything of streaming", "%s", l[0].Shown())
				}
			},
		},
		{
			name: "streaming-mode-stream-sent", caps: noCaps, serve: func(s *script) { s.peer("238") },
			run: func(d *try) {
				s := d.open()
				s.Do("MODE STREAM", func(ctx context.Context, c ClientSession) error { return c.ModeStream(ctx) })
				s.feed(offers(1))
				s.quit()
				d.Saw("the client can stream after MODE STREAM to a server without CAPABILITIES")
			},
		},
		{
			name: "mode-stream-pipelined",
			serve: func(s *script) {
				s.greet()
				s.Play("C: MODE STREAM\n")
				ahead := s.C.R.Buffered() > 0 || s.C.Quiet(s.d.Ctx, s.d.T.Quiet()) != nil
				s.d.Saw("the client sends commands behind MODE STREAM before its response: %v", ahead)
				s.Say("203 streaming")
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.Do("MODE STREAM", func(ctx context.Context, c ClientSession) error { return c.ModeStream(ctx) })
				s.quit()
			},
		},
		{
			name: "takethis-only-offered", caps: transit, deviations: []string{"streaming-unasked"},
			script: "C: MODE STREAM\nS: 501 what?\n" + afterwards,
			run: func(d *try) {
				s := d.open()
				s.Attempt("CHECK", check)
				s.Attempt("a feed", feed)
				s.Attempt("TAKETHIS", byTakeThis.send(sampleArticle))
				s.Attempt("MODE STREAM", func(ctx context.Context, c ClientSession) error { return c.ModeStream(ctx) })
				s.Attempt("TAKETHIS", byTakeThis.send(sampleArticle))
				d.Never("as streaming is not offered", "TAKETHIS", "CHECK")
				s.date()
				s.quit()
			},
		},
		passes("takethis-whole-article", byTakeThis, large, "article-cut", "dots-unstuffed"),
		lost("takethis-not-assumed", byTakeThis, "post-assumed"),
		{
			name: "takethis-tried-again", deviations: []string{"lost-is-437", "post-assumed"},
			serve: func(s *script) {
				s.greet()
				for !s.Over {
					l, ok := s.Next("CHECK or TAKETHIS")
					switch {
					case !ok:
					case l.Verb() == "CHECK":
						s.Say("238 <a@harness.invalid>")
					default:
						s.takeBlock()
						if s.Conn == 2 {
							s.Say("400 not now")
							s.Flush()
						}
						s.Stop(nil)
					}
				}
			},
			run: func(d *try) {
				for range 2 {
					s := d.open()
					s.Attempt("a feed", func(ctx context.Context, c ClientSession) error {
						got, err := c.Feed(ctx, offers(1)...)
						for _, o := range got {
							if slices.Contains([]int{nntp.CodeTaken, nntp.CodeRejected, nntp.CodeHaveIt, nntp.CodeTakeRejected, nntp.CodeNotWanted}, o.Code) {
								d.Fail("an article that is left for another try", "it is settled by %d", o.Code)
							}
						}
						return err
					})
				}
			},
		},
	}
}

// blockLines are the lines of a data block for a script.
func blockLines(article string) string {
	var out strings.Builder
	for l := range strings.SplitSeq(strings.TrimSuffix(stuffed(article), "\r\n"), "\r\n") {
		out.WriteString(strings.TrimSpace("C: "+l) + "\n")
	}
	return out.String()
}

// squeezed makes a row in which the client compresses, and then the script is played.
func squeezed(name, then string, run func(s *subject), deviations ...string) clientCase {
	return clientCase{name: name, script: compressBegins + then + afterwards, deviations: deviations, run: func(d *try) {
		s := d.open()
		s.compress()
		if run != nil {
			run(s)
		}
		s.date()
		s.quit()
	}}
}

func compressRows() []clientCase {
	late := func(name, verb string, then step, deviation string) clientCase {
		return tooLate(name, verb, tourCaps, compressBegins, compress, then, deviation)
	}
	secured := func(name, deviation string) clientCase {
		c := squeezed(name, "", nil, deviation)
		c.options, c.script, c.labels = upgrade, tlsBegins+c.script, []string{"tls"}
		return c
	}
	// algorithms has the server list some, of which the client has to choose the one that is registered.
	algorithms := func(name, list, deviation string) clientCase {
		c := squeezed(name, "", nil, deviation)
		c.caps = plainCaps + "\nCOMPRESS " + list
		c.run = func(d *try) {
			s := d.open()
			s.given().caps()
			s.compress()
			s.date()
			s.quit()
		}
		return c
	}
	return []clientCase{
		{
			name: "compress-deflate-implemented", script: compressBegins + afterwards, deviations: []string{"no-deflate"},
			run: func(d *try) {
				s := d.open()
				if err := s.Try(compress); err != nil && err != trial.ErrSettled {
					d.Fail("COMPRESS DEFLATE", "the client says: %v", err)
				}
				s.date()
				s.quit()
			},
		},
		algorithms("compress-unknown-ignored", "SHRINK DEFLATE GZIP", "unknown-algorithm-refused"),
		algorithms("compress-private-names", "X-FAST DEFLATE", "first-algorithm"),
		{
			name: "compress-not-cached", deviations: []string{"capabilities-shared"},
			serve: func(s *script) {
				s.greet()
				if s.caps = plainCaps; s.Conn > 1 {
					s.caps = plainCaps + "\nCOMPRESS DEFLATE"
					s.Play(compressBegins)
				}
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.given().caps()
				s.given().date()
				s.given().quit()
				s = d.open()
				s.compress()
				s.date()
				s.quit()
			},
		},
		{
			name: "compress-active-known", deviations: []string{"compression-assumed"}, script: "C: COMPRESS DEFLATE\nS: 403 no memory\n" + afterwards + compressBegins + afterwards,
			run: func(d *try) {
				s := d.open()
				s.refusedWith(403, "COMPRESS", compress)
				s.date()
				s.compress()
				s.date()
				s.quit()
			},
		},
		late("compress-once", "COMPRESS", compress, "compress-any-time"),
		late("compress-no-starttls", "STARTTLS", starttls, "starttls-any-time").of("compress-once"),
		late("compress-no-authentication", "AUTHINFO", login(), "authinfo-any-time"),
		late("compress-no-authinfo", "AUTHINFO", authUser, "authinfo-any-time"),
		late("compress-no-authentication-after", "AUTHINFO", authBy("CRAM-MD5"), "authinfo-any-time"),
		late("compress-registration-commands", "STARTTLS", starttls, "starttls-any-time"),
		late("compress-registration-authinfo", "AUTHINFO", authUser, "authinfo-any-time").of("compress-registration-commands"),
		late("compress-order", "STARTTLS", starttls, "starttls-any-time"),
		late("compress-order-authinfo", "AUTHINFO", authUser, "authinfo-any-time").of("compress-order"),
		tooLate("compress-order-starttls", "STARTTLS", "", userAccepted, authUser, starttls, "starttls-any-time").of("compress-order"),
		{
			name: "compress-parameters", deviations: []string{"stored-refused"}, serve: levels(flate.NoCompression, flate.BestSpeed, flate.HuffmanOnly, flate.BestCompression),
			run: func(d *try) {
				for range 4 {
					s := d.open()
					s.compress()
					for range 3 {
						d.Same("the year", s.date().Year(), 2026)
					}
					s.Quietly(func(_ context.Context, c ClientSession) error { return c.Close() })
				}
			},
		},
		squeezed("compress-flushed", "", nil, "unflushed"),
		squeezed("compress-raw-deflate", "", nil, "zlib-format"),
		secured("compress-under-tls", "compresses-below-tls"),
		secured("compress-layers-reversed", "inflates-below-tls"),
		{
			name: "compress-corrupt-closes", deviations: []string{"unparsable-kept"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: COMPRESS DEFLATE\nS: 206 compressing\n")
				s.Octets("\x07 is no block of DEFLATE\r\n")
				s.AwaitEnd()
			},
			run: func(d *try) {
				s := d.open()
				s.Attempt("COMPRESS", compress)
				s.Attempt("DATE", get(ClientSession.Date))
				d.Leaves("as what it receives is corrupt")
			},
		},
		{
			name: "compress-window", deviations: []string{"inflates-little"},
			serve: func(s *script) {
				s.greet()
				s.Play(compressBegins + "C: ARTICLE " + sampleID + "\nS: 220 0 " + sampleID + "\n")
				s.Octets(stuffed(distant))
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.compress()
				if expected, actual, ok := trial.Difference(string(s.article(sampleID).Data), distant); !ok {
					d.Fail("the article: "+expected, "%s", actual)
				}
				s.date()
				s.quit()
			},
		},
		{
			name: "compress-not-automatic", caps: securedCaps + "\nCOMPRESS DEFLATE", options: upgrade, labels: []string{"security"}, deviations: []string{"compresses-by-itself"},
			script: tlsBegins + userAccepted + afterwards,
			run: func(d *try) {
				s := d.connect()
				s.Do("a login", login())
				s.caps()
				s.date()
				s.quit()
				d.Never("as nobody wanted compression within TLS", "COMPRESS")
			},
		},
	}
}

// distant is an article whose parts are the same at a distance of some 30 KiB.
var distant = func() string {
	var part strings.Builder
	x := uint32(1)
	for part.Len() < 30_000 {
		for range 70 {
			x = x*1664525 + 1013904223
			part.WriteByte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-"[x>>26])
		}
		part.WriteString("\r\n")
	}
	return head + part.String() + part.String() + part.String()
}()

// levels is a server that compresses in another way on each connection. It answers whatever comes by the date.
func levels(list ...int) func(s *script) {
	return func(s *script) {
		s.greet()
		s.Play("C: COMPRESS DEFLATE\nS: 206 compressing\n")
		s.Flush()
		var out bytes.Buffer
		w, err := flate.NewWriter(&out, list[(s.Conn-1)%len(list)])
		for !s.Over {
			if err == nil {
				err = s.C.Do(s.d.Ctx, s.d.Wait(), s.C.R.Wait)
			}
			if err != nil {
				s.Stop(nil)
				return
			}
			s.C.R.Discard(s.C.R.Buffered())
			_, werr := w.Write([]byte("111 20260304050607\r\n"))
			err = errors.Join(werr, w.Flush())
			s.Octets(out.String())
			s.Flush()
			out.Reset()
		}
	}
}
