package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"harness/internal/report"
	"harness/protocols/dialect"
	"harness/transcript"
)

func (a *app) showCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Print a session's summary and the conversation",
		Long: `show prints what a session file holds: a summary, its data connections, what is wrong with it if anything is, and the conversation,
in colour on a terminal.`,
		Example: "  harness show dovecot-login.session\n  harness show --json dovecot-login.session | jq .summary",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.show(args[0], asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object: header, summary, dataChannels, problems, text")
	completeSessions(cmd)
	return cmd
}

func (a *app) show(file string, asJSON bool) error {
	s, d, err := loadSession(file)
	if err != nil {
		return err
	}
	sum := s.Summarise()
	problems := transcript.Lint(s, d)
	channels := s.DataChannels(d)
	if asJSON {
		out := shownSession{File: file, Header: map[string]string{}, Summary: newShownSummary(sum), DataChannels: shownChannels(channels), Problems: []string{}, Text: string(s.Print())}
		for _, f := range s.Header {
			out.Header[f.Name] = f.Value
		}
		for _, p := range problems {
			out.Problems = append(out.Problems, p.String())
		}
		e := json.NewEncoder(a.stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(out)
	}
	color := a.colored(a.stdout)
	w := bufio.NewWriter(a.stdout)
	fmt.Fprintln(w, paint(color, colorBold, file))
	for _, line := range summaryLines(sum) {
		fmt.Fprintln(w, "  "+line)
	}
	for _, c := range channels {
		fmt.Fprintln(w, "  "+c.String())
	}
	for _, p := range problems {
		tint := colorYellow
		if p.Severity == transcript.Fault {
			tint = colorRed
		}
		fmt.Fprintln(w, "  "+paint(color, tint, p.String()))
	}
	fmt.Fprintln(w)
	for _, line := range strings.SplitAfter(string(s.Print()), "\n") {
		text, end, _ := strings.Cut(line, "\n")
		if end == "" && strings.HasSuffix(line, "\n") {
			end = "\n"
		}
		w.WriteString(paint(color, lineColor(text), text) + end)
	}
	return w.Flush()
}

type shownSession struct {
	File         string            `json:"file"`
	Header       map[string]string `json:"header"`
	Summary      shownSummary      `json:"summary"`
	DataChannels []shownChannel    `json:"dataChannels,omitempty"`
	Problems     []string          `json:"problems"`
	Text         string            `json:"text"`
}

type shownChannel struct {
	Name         string          `json:"name,omitempty"`
	Form         string          `json:"form,omitempty"`
	Listener     string          `json:"listener,omitempty"`
	Opener       string          `json:"opener,omitempty"`
	Transfers    []shownTransfer `json:"transfers"`
	ClientOctets int64           `json:"clientOctets"`
	ServerOctets int64           `json:"serverOctets"`
	TLS          bool            `json:"tls"`
	End          string          `json:"end,omitempty"`
	EndedBy      string          `json:"endedBy,omitempty"`
}

type shownTransfer struct {
	Command string `json:"command"`
	Sender  string `json:"sender"`
	Code    string `json:"code,omitempty"`
	Aborted bool   `json:"aborted"`
}

func shownChannels(list []*transcript.DataChannel) []shownChannel {
	party := func(p dialect.Party) string {
		if p == 0 {
			return ""
		}
		return p.String()
	}
	var out []shownChannel
	for _, c := range list {
		s := shownChannel{Name: c.Name, Form: c.Form, Listener: party(c.Listener), Opener: party(c.Opener), Transfers: []shownTransfer{}, ClientOctets: c.ClientOctets,
			ServerOctets: c.ServerOctets, TLS: c.TLS, End: string(c.End), EndedBy: party(c.EndedBy)}
		for _, t := range c.Transfers {
			s.Transfers = append(s.Transfers, shownTransfer{Command: t.Command, Sender: party(t.Sender), Code: t.Code, Aborted: t.Aborted})
		}
		out = append(out, s)
	}
	return out
}

type shownSummary struct {
	Exchanges       int            `json:"exchanges"`
	ClientLines     int            `json:"clientLines"`
	ServerLines     int            `json:"serverLines"`
	ClientOctets    int64          `json:"clientOctets"`
	ServerOctets    int64          `json:"serverOctets"`
	DataOctets      int64          `json:"dataOctets"`
	Connections     int            `json:"connections"`
	DataConnections int            `json:"dataConnections"`
	TLS             bool           `json:"tls"`
	Compressed      bool           `json:"compressed"`
	Values          int            `json:"values"`
	Redacted        int            `json:"redacted"`
	Blobs           int            `json:"blobs"`
	Waits           report.Seconds `json:"waitSeconds"`
}

func newShownSummary(s transcript.Summary) shownSummary {
	return shownSummary{
		Exchanges: s.Exchanges, ClientLines: s.ClientLines, ServerLines: s.ServerLines, ClientOctets: s.ClientOctets, ServerOctets: s.ServerOctets,
		DataOctets: s.DataOctets, Connections: s.Connections, DataConnections: s.DataConnections, TLS: s.TLS, Compressed: s.Compressed,
		Values: s.Values, Redacted: s.Redacted, Blobs: s.Blobs, Waits: report.Seconds(s.Waits),
	}
}

func summaryLines(s transcript.Summary) []string {
	out := []string{
		fmt.Sprintf("%s, %s from the client (%s), %s from the server (%s)", count(s.Exchanges, "exchange"),
			count(s.ClientLines, "line"), count(int(s.ClientOctets), "octet"), count(s.ServerLines, "line"), count(int(s.ServerOctets), "octet")),
	}
	conns := count(s.Connections, "connection")
	if s.DataConnections > 0 {
		conns += fmt.Sprintf(", %s (%s)", count(s.DataConnections, "data connection"), count(int(s.DataOctets), "octet"))
	}
	if s.TLS {
		conns += ", TLS"
	}
	if s.Compressed {
		conns += ", compressed"
	}
	out = append(out, conns)
	var parts []string
	if s.Values > 0 {
		parts = append(parts, count(s.Values, "value"))
	}
	if s.Redacted > 0 {
		parts = append(parts, count(s.Redacted, "redacted secret"))
	}
	if s.Blobs > 0 {
		parts = append(parts, count(s.Blobs, "blob"))
	}
	if s.Waits > 0 {
		parts = append(parts, fmt.Sprintf("%v of waits", s.Waits))
	}
	if len(parts) > 0 {
		out = append(out, strings.Join(parts, ", "))
	}
	return out
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

var (
	clientLine = regexp.MustCompile(`^C[0-9d]*:`)
	serverLine = regexp.MustCompile(`^S[0-9d]*:`)
)

// lineColor is the colour of a line of a session file.
func lineColor(line string) string {
	switch {
	case clientLine.MatchString(line):
		return colorBlue
	case serverLine.MatchString(line):
		return colorGreen
	case strings.HasPrefix(line, "-- "):
		return colorYellow
	case strings.HasPrefix(line, "#"):
		return colorFaint
	}
	return ""
}
