package nntpspec

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"harness/fixtures"
	"harness/mockservers/nntpmock"
	"harness/protocols/nntp"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
)

//go:embed testdata/peers/nntplib_session.py
var nntplibSession []byte

// TestRealClients has clients that are not ours read the mock's news and post to it: slrnpull, tin, and Python's nntplib.
func TestRealClients(t *testing.T) {
	clients := spectest.RealClients(t, "slrnpull", "tin")
	python := spectest.RealClient(t, peers.ContainerClient, "python3") // Debian's: since 3.13 there is no nntplib
	RegisterFailHandler(Fail)
	specs.Suite(t, "real NNTP clients", func() {
		describeSlrnpull(clients["slrnpull"])
		describeTin(clients["tin"])
		describeNntplib(python)
	})
}

func runClient(ctx context.Context, c *peers.Client, srv *nntpmock.Server, cmd peers.Command) *peers.Result {
	return spectest.RunClient(ctx, GinkgoT(), c, srv.Server, cmd)
}

// said returns what the client of a server sent.
func said(ctx context.Context, srv *nntpmock.Server) string {
	return spectest.Said(ctx, GinkgoT(), srv.Server, 1)
}

// articlesIn are the articles of a group by their numbers there, with the line ends of Unix.
func articlesIn(group string) map[string][]byte {
	out := map[string][]byte{}
	for _, a := range fixtures.News() {
		for _, p := range a.Places {
			if p.Group == group {
				out[strconv.FormatInt(p.Number, 10)] = bytes.ReplaceAll(a.Data, []byte("\r\n"), []byte("\n"))
			}
		}
	}
	return out
}

// filesIn are the files of a directory.
func filesIn(r *peers.Result, dir string) map[string][]byte {
	out := map[string][]byte{}
	for path, data := range r.Files {
		if name, ok := strings.CutPrefix(path, dir+"/"); ok && name[0] >= '0' && name[0] <= '9' {
			out[name] = data
		}
	}
	return out
}

// same compares articles by their numbers.
func same(got, want map[string][]byte) {
	GinkgoHelper()
	Expect(got).To(HaveLen(len(want)))
	for number, data := range want {
		Expect(bytes.Equal(got[number], data)).To(BeTrue(), "%s: %.300q, want %.300q", number, got[number], data)
	}
}

// groups are those that the clients read: every article of theirs has a date and lines that the clients keep.
var groups = []string{"example.announce", "example.binaries", "example.garden", "example.kitchen", "example.test", "example.words"}

func describeSlrnpull(slrnpull *peers.Client) {
	pull := func(ctx context.Context, srv *nntpmock.Server, host string) *peers.Result {
		GinkgoHelper()
		var conf strings.Builder
		for _, g := range groups {
			fmt.Fprintf(&conf, "%s 0 0\n", g)
		}
		// What is to be posted lies there as it goes over the wire.
		posted := "From: alice@example.org\nNewsgroups: example.garden\nSubject: posted by slrnpull\nMessage-ID: <slrnpull@example.org>\n\nfirst\n..\n...two\n"
		r := runClient(ctx, slrnpull, srv, peers.Command{KeepFiles: true, Args: []string{"-d", ".", "-h", host, "--logfile", "log"}, Files: map[string][]byte{
			"slrnpull.conf": []byte(conf.String()), "authinfo": []byte("alice\nwonderland\n"), "out.going/X1": []byte(posted), "news/.keep": nil,
		}})
		Expect(r.ExitCode).To(BeZero(), "%s%s%s", r.Stdout, r.Stderr, r.Files["log"])
		return r
	}
	check := func(srv *nntpmock.Server, r *peers.Result) {
		GinkgoHelper()
		for _, g := range groups {
			want := articlesIn(g)
			got := filesIn(r, "news/"+strings.ReplaceAll(g, ".", "/"))
			if g == "example.garden" { // the posted one is there
				Expect(got).To(HaveLen(len(want) + 1))
				Expect(string(got["9"])).To(HaveSuffix("\n\nfirst\n.\n..two\n"))
				delete(got, "9")
			}
			if g == "example.test" { // slrnpull breaks a line after 16,381 octets
				delete(got, "3000239")
				delete(want, "3000239")
			}
			same(got, want)
		}
		Expect(srv.Store().ByID("<slrnpull@example.org>")).NotTo(BeNil())
	}
	for name, faults := range spectest.Slow {
		It("slrnpull posts, and pulls every article as it is, "+name, Label("container"), func(ctx SpecContext) {
			srv := nntpmock.New(GinkgoT(), nntpmock.WithFeatures("AUTH=required"), nntpmock.WithFaults(faults...))
			check(srv, pull(ctx, srv, srv.Addr()))
			Expect(said(ctx, srv)).To(And(ContainSubstring("MODE READER\r\n"), ContainSubstring("AUTHINFO USER alice\r\n"), ContainSubstring("POST\r\n"), ContainSubstring("head 1\r\nhead 2\r\n")))
		}, SpecTimeout(2*spectest.ClientTime))
	}
	It("slrnpull pulls over implicit TLS", Label("container"), func(ctx SpecContext) {
		srv := nntpmock.New(GinkgoT(), nntpmock.WithImplicitTLS())
		check(srv, pull(ctx, srv, "snews://"+srv.Addr()))
	}, SpecTimeout(2*spectest.ClientTime))
	It("slrnpull pulls from a server that switches to reading", Label("container"), func(ctx SpecContext) {
		srv := nntpmock.New(GinkgoT(), nntpmock.WithFeatures("MODE=switching"))
		check(srv, pull(ctx, srv, srv.Addr()))
	}, SpecTimeout(2*spectest.ClientTime))
}

func describeTin(tin *peers.Client) {
	for name, c := range map[string]struct {
		options []nntpmock.Option
		args    []string
		said    string
	}{
		"in the clear":      {options: []nntpmock.Option{nntpmock.WithFeatures("AUTH=required")}, said: "AUTHINFO PASS "},
		"over implicit TLS": {options: []nntpmock.Option{nntpmock.WithImplicitTLS()}, args: []string{"-T"}},
		"switching":         {options: []nntpmock.Option{nntpmock.WithFeatures("MODE=switching")}, said: "MODE READER\r\n"},
		"without OVER":      {options: []nntpmock.Option{nntpmock.WithFeatures("-OVER")}, said: "HEAD "},
	} {
		It("tin saves every article as it is, "+name, Label("container"), func(ctx SpecContext) {
			srv := nntpmock.New(GinkgoT(), c.options...)
			host, port, err := net.SplitHostPort(srv.Addr())
			Expect(err).NotTo(HaveOccurred())
			r := runClient(ctx, tin, srv, peers.Command{KeepFiles: true, Env: []string{"TERM=dumb", "SSL_CERT_FILE=ca.pem"},
				Args:  slices.Concat([]string{"-r", "-g", host, "-p", port, "-A", "-S", "-n", "-q"}, c.args),
				Files: map[string][]byte{".newsauth": []byte(host + " wonderland alice\n"), ".newsrc": []byte(strings.Join(groups, ":\n") + ":\n")}})
			Expect(r.ExitCode).To(BeZero(), "%s%s", r.Stdout, r.Stderr)
			for _, g := range groups {
				same(filesIn(r, "News/"+strings.ReplaceAll(g, ".", "/")), articlesIn(g))
			}
			Expect(said(ctx, srv)).To(ContainSubstring(c.said))
		}, SpecTimeout(2*spectest.ClientTime))
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func describeNntplib(python *peers.Client) {
	for mode, options := range map[string][]nntpmock.Option{
		"clear": nil, "starttls": nil, "implicit": {nntpmock.WithImplicitTLS()}, "switching": {nntpmock.WithFeatures("MODE=switching")}, "required": {nntpmock.WithFeatures("AUTH=required")},
	} {
		It("nntplib, "+mode, Label("container"), func(ctx SpecContext) {
			srv := nntpmock.New(GinkgoT(), options...)
			host, port, err := net.SplitHostPort(srv.Addr())
			Expect(err).NotTo(HaveOccurred())
			r := runClient(ctx, python, srv, peers.Command{Args: []string{"-", host, port, mode}, Stdin: nntplibSession})
			Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
			var seen struct {
				Welcome, Wrong, Description, Date, File, End, Missing, Post, Refused, Ihave, Quit string
				Capabilities                                                                      map[string][]string
				Groups                                                                            [][]string
				Descriptions, Articles                                                            map[string]string
				Newgroups, Newnews, Arrived                                                       []string
				Help                                                                              int
				Group                                                                             map[string][3]int64
				Over                                                                              map[string]map[int64]string
				ByID                                                                              map[string]string `json:"by id"`
				Walk                                                                              [][2]any
				Xhdr                                                                              [][2]string
			}
			Expect(json.Unmarshal(r.Stdout, &seen)).To(Succeed())
			Expect(seen.Welcome).To(HavePrefix("200 "))
			Expect(seen.Capabilities).To(HaveKey("READER"))
			Expect(seen.Wrong).To(HavePrefix("481 "))

			numbers := map[string][]int64{}
			for _, a := range fixtures.News() {
				for _, p := range a.Places {
					numbers[p.Group] = append(numbers[p.Group], p.Number)
					Expect(seen.Articles[fmt.Sprintf("%s:%d", p.Group, p.Number)]).To(Equal(digest(a.Data)), a.Name)
					Expect(seen.Over[p.Group][p.Number]).To(Equal(a.ID))
				}
				Expect(seen.ByID[a.ID]).To(Equal(digest(a.Data)), a.Name)
			}
			Expect(seen.Newnews).To(HaveLen(len(fixtures.News())))
			Expect(seen.Groups).To(HaveLen(len(fixtures.Newsgroups())))
			for i, g := range fixtures.Newsgroups() {
				last := g.First - 1
				if n := numbers[g.Name]; len(n) > 0 {
					last = n[len(n)-1]
				}
				Expect(seen.Groups[i]).To(Equal([]string{g.Name, fmt.Sprintf("%010d", last), fmt.Sprintf("%010d", g.First), g.Status}))
				Expect(seen.Descriptions[g.Name]).To(Equal(g.Description))
				Expect(seen.Group[g.Name]).To(Equal([3]int64{int64(len(numbers[g.Name])), g.First, last}))
				Expect(slices.Contains(seen.Newgroups, g.Name)).To(BeTrue(), g.Name)
			}
			Expect(seen.Description).To(Equal("Tests of the wire"))
			Expect(seen.Date).To(HavePrefix("20"))
			Expect(seen.Help).To(BeNumerically(">", 10))
			dots, err := fixtures.NewsByName("09-lone-dot")
			Expect(err).NotTo(HaveOccurred())
			_, body := nntp.SplitArticle(dots.Data)
			Expect(seen.File).To(Equal(string(body)))

			Expect(seen.Walk).To(HaveLen(9)) // the eight of the group, and one step back
			Expect(seen.Walk[0]).To(Equal([2]any{1.0, "<frost.01@example.org>"}))
			Expect(seen.Walk[8]).To(Equal(seen.Walk[6]))
			Expect(seen.End).To(HavePrefix("421 "))
			Expect(seen.Xhdr).To(HaveLen(3))
			Expect(seen.Xhdr[0]).To(Equal([2]string{"1", "When do you cover the roses?"}))
			Expect(seen.Missing).To(HavePrefix("423 "))

			Expect(seen.Post).To(HavePrefix("240 "))
			Expect(seen.Refused).To(HavePrefix("441 "))
			arrived := []string{"posted by nntplib"}
			if mode != "switching" { // readers cannot feed there
				Expect(seen.Ihave).To(HavePrefix("235 "))
				arrived = append(arrived, "fed by nntplib")
			}
			Expect(seen.Arrived).To(Equal(arrived))
			Expect(string(srv.Store().ByID("<nntplib-post@example.org>").Data)).To(HaveSuffix("\r\n\r\nfirst\r\n.\r\n..two\r\n"))
			Expect(seen.Quit).To(HavePrefix("205 "))
		}, SpecTimeout(2*spectest.ClientTime))
	}
}
