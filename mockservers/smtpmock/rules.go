package smtpmock

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"harness/mockservers"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// Action is what a [Rule] does.
type Action string

// The actions.
const (
	// Accept lets pass what it fits, whatever the rules behind it and the server's own checks of the mailbox say.
	Accept Action = "accept"
	// Reject answers with a permanent failure: 550 5.7.1 unless another code is given.
	Reject Action = "reject"
	// Defer answers with a transient failure: 451 4.7.1 unless another code is given.
	Defer Action = "defer"
	// Greylist is Defer until the client comes again with the same sender and recipient, after the rule's delay.
	Greylist Action = "greylist"
)

// Stage is where in a session a [Rule] acts.
type Stage string

// The stages.
const (
	AtConnect Stage = "connect" // the greeting
	AtHello   Stage = "hello"   // EHLO, HELO and LHLO
	AtMail    Stage = "mail"    // MAIL
	AtRcpt    Stage = "rcpt"    // RCPT
	AtData    Stage = "data"    // DATA and the first BDAT, before any content
	AtEnd     Stage = "end"     // behind the content; with LMTP for each recipient by itself
)

var stages = []Stage{AtConnect, AtHello, AtMail, AtRcpt, AtData, AtEnd}

// Rule answers by sender and recipient. It is written
//
//	ACTION [DURATION] [N times] [at STAGE] [from PATTERN] [to PATTERN] [CODE [STATUS] [TEXT...]]
//
//	ACTION    accept, reject, defer or greylist; DURATION is how long greylist wants the client to wait, 0s unless given
//	N times   it acts so often, all sessions together, and never again; always unless given
//	at STAGE  connect, hello, mail, rcpt, data or end; without it rcpt if there is a recipient's pattern, and mail otherwise
//	PATTERN   an address in which "*" stands for anything, in any case; "<>" is the null reverse-path
//	CODE      the reply code, as in 452, and STATUS the enhanced status code, as in 4.2.2; 421 closes the connection behind the reply
//
// A rule with a recipient's pattern at data or end fits if one of the recipients does; with LMTP, at the end, it answers for those only. Accept may have the
// code 251 at rcpt.
//
// Examples: "reject to bob@example.org 550 5.2.1 Mailbox disabled", "defer 2 times from *@example.net 451 4.3.2 Come again",
// "greylist 5m to *@example.com", "accept to old@example.org 251 2.1.5 Will forward to <new@example.org>", "reject at end to carol@* 552 5.2.2 Full".
type Rule struct {
	Action Action
	// At is where it acts; "" for the place that ParseRule would choose.
	At Stage
	// From and To are the patterns of sender and recipient; "" for any.
	From, To string
	// Times is how often it acts; 0 for always.
	Times int
	// Delay is how long a greylisted client has to wait.
	Delay time.Duration
	// Code and Status are those of the reply; 0 for those of the action. Text is what it says; "" for something that fits.
	Code   int
	Status smtp.EnhancedCode
	Text   string

	err error // of ParseRule, for WithRules
}

// ParseRule parses a rule in the form that [Rule] describes. The error names the word that is wrong and what may stand there.
func ParseRule(spec string) (Rule, error) {
	var r Rule
	words := strings.Fields(spec)
	errorf := func(format string, args ...any) (Rule, error) {
		return Rule{}, fmt.Errorf("rule %q: %s", spec, fmt.Sprintf(format, args...))
	}
	take := func() string {
		if len(words) == 0 {
			return ""
		}
		w := words[0]
		words = words[1:]
		return w
	}
	r.Action = Action(take())
	if len(words) > 0 && r.Action == Greylist {
		if d, err := time.ParseDuration(words[0]); err == nil && !isCode(words[0]) {
			r.Delay = d
			take()
		}
	}
	if len(words) > 1 && words[1] == "times" {
		n, err := strconv.Atoi(take())
		if err != nil || n < 1 {
			return errorf("expected a number from 1 on before \"times\"")
		}
		r.Times = n
		take()
	}
	for len(words) > 0 && !isCode(words[0]) {
		switch w := take(); w {
		case "at":
			r.At = Stage(take())
		case "from":
			r.From = take()
		case "to":
			r.To = take()
		default:
			return errorf("expected at, from, to or a reply code, got %q", w)
		}
	}
	if len(words) > 0 {
		r.Code, _ = strconv.Atoi(take())
	}
	if len(words) > 0 {
		if e, ok := smtp.ParseEnhancedCode(words[0]); ok {
			r.Status = e
			take()
		}
	}
	r.Text = strings.Join(words, " ")
	if err := r.check(); err != nil {
		return Rule{}, err
	}
	return r, nil
}

func isCode(w string) bool {
	return len(w) == 3 && strings.Trim(w, "0123456789") == ""
}

// String returns the rule as it is written.
func (r Rule) String() string {
	w := []string{string(r.Action)}
	if r.Delay > 0 {
		w = append(w, r.Delay.String())
	}
	if r.Times > 0 {
		w = append(w, strconv.Itoa(r.Times), "times")
	}
	for _, p := range [][2]string{{"at", string(r.At)}, {"from", r.From}, {"to", r.To}} {
		if p[1] != "" {
			w = append(w, p[0], p[1])
		}
	}
	if r.Code != 0 {
		w = append(w, strconv.Itoa(r.Code))
		if !r.Status.IsZero() {
			w = append(w, r.Status.String())
		}
		if r.Text != "" {
			w = append(w, r.Text)
		}
	}
	return strings.Join(w, " ")
}

// check returns an error if the rule cannot be.
func (r *Rule) check() error {
	if r.err != nil {
		return r.err
	}
	errorf := func(format string, args ...any) error {
		return fmt.Errorf("rule %q: %s", r.String(), fmt.Sprintf(format, args...))
	}
	actions := []string{string(Accept), string(Reject), string(Defer), string(Greylist)}
	class := 0
	switch r.Action {
	case Accept:
		class = 2
	case Reject:
		class = 5
	case Defer, Greylist:
		class = 4
	default:
		hint := ""
		if near := mockservers.Near(string(r.Action), actions); len(near) > 0 {
			hint = "; did you mean " + near[0] + "?"
		}
		return errorf("expected %s, got %q%s", strings.Join(actions, ", "), r.Action, hint)
	}
	stage := r.stage()
	switch {
	case !slices.Contains(stages, stage):
		return errorf("expected one of %q behind at, got %q", stages, r.At)
	case r.To != "" && slices.Index(stages, stage) < slices.Index(stages, AtRcpt):
		return errorf("a recipient is not known at %s", stage)
	case r.From != "" && slices.Index(stages, stage) < slices.Index(stages, AtMail):
		return errorf("a sender is not known at %s", stage)
	case r.Action == Greylist && stage != AtRcpt:
		return errorf("greylist acts at rcpt only")
	case r.Delay < 0 || r.Delay > 0 && r.Action != Greylist:
		return errorf("a duration belongs to greylist, and is not negative")
	case r.Times < 0:
		return errorf("%d times", r.Times)
	case r.Code != 0 && (r.Code/100 != class || r.Code > 559 || r.Code/10%10 > 5):
		return errorf("%s has a code of %d00 to %d59, got %d", r.Action, class, class, r.Code)
	case r.Action == Accept && (r.Code == smtp.CodeWillForward && stage != AtRcpt || r.Code != 0 && r.Code != smtp.CodeOK && r.Code != smtp.CodeWillForward):
		return errorf("accept has the code 250, or 251 at rcpt")
	case !r.Status.IsZero() && r.Status.Class != class:
		return errorf("the enhanced status code of %s begins with %d, got %s", r.Action, class, r.Status)
	}
	if err := wire.CheckArgument("text", r.Text); err != nil {
		return errorf("%v", err)
	}
	if _, err := (smtp.Rules{}).AppendReply(nil, smtp.NewReply(smtp.CodeMailboxUnavailable, smtp.EnhancedCode{Class: 5, Subject: 100, Detail: 100}, r.Text)); err != nil {
		return errorf("text: %v", err)
	}
	return nil
}

func (r *Rule) stage() Stage {
	switch {
	case r.At != "":
		return r.At
	case r.To != "":
		return AtRcpt
	}
	return AtMail
}

// verdict is how a rule, or a check of the server, answers.
type verdict struct {
	code   int
	status status
	text   string
}

func (r *Rule) verdict() verdict {
	v := verdict{r.Code, status{r.Status.Subject, r.Status.Detail}, r.Text}
	if v.code == 0 {
		v.code = map[Action]int{Accept: smtp.CodeOK, Reject: smtp.CodeMailboxUnavailable, Defer: smtp.CodeLocalError, Greylist: smtp.CodeLocalError}[r.Action]
	}
	if r.Status.IsZero() && r.Action != Accept {
		v.status = status{7, 1}
	}
	if v.text == "" {
		v.text = map[Action]string{Accept: "ok", Reject: "refused", Defer: "not now, try again later", Greylist: "greylisted, try again later"}[r.Action]
	}
	return v
}

// matches reports whether an address fits a pattern.
func matches(pattern, address string) bool {
	if pattern == "<>" {
		return address == ""
	}
	if address == "" {
		return pattern == "" || pattern == "*"
	}
	pattern, address = strings.ToLower(pattern), strings.ToLower(address)
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == address
	}
	rest, ok := strings.CutPrefix(address, parts[0])
	if !ok {
		return false
	}
	last := len(parts) - 1
	for _, p := range parts[1:last] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return strings.HasSuffix(rest, parts[last])
}

// ruleState is what the rules remember.
type ruleState struct {
	mu    sync.Mutex
	acted map[int]int             // how often, by the rule's place
	seen  map[[4]string]time.Time // when greylisted triplets came first
}

// judge returns the rule that decides at a stage, for a sender and some recipients; nil if none does. To is nil before there are recipients.
func (s *Server) judge(at Stage, client string, from string, to []string) *Rule {
	for i := range s.opts.Rules {
		r := &s.opts.Rules[i]
		if r.stage() != at || r.From != "" && !matches(r.From, from) {
			continue
		}
		if r.To != "" && !slices.ContainsFunc(to, func(a string) bool { return matches(r.To, a) }) {
			continue
		}
		if s.acts(i, r, client, from, to) {
			return r
		}
	}
	return nil
}

// acts decides whether a rule that fits acts.
func (s *Server) acts(i int, r *Rule, client, from string, to []string) bool {
	if r.Times == 0 && r.Action != Greylist {
		return true
	}
	s.rules.mu.Lock()
	defer s.rules.mu.Unlock()
	if r.Action == Greylist {
		key := [4]string{strconv.Itoa(i), client, strings.ToLower(from), strings.ToLower(strings.Join(to, " "))}
		first, again := s.rules.seen[key]
		now := s.opts.Now()
		if again && now.Sub(first) >= r.Delay {
			return false
		}
		if !again {
			if s.rules.seen == nil {
				s.rules.seen = make(map[[4]string]time.Time)
			}
			s.rules.seen[key] = now
		}
	}
	if r.Times > 0 {
		if s.rules.acted[i] >= r.Times {
			return false
		}
		if s.rules.acted == nil {
			s.rules.acted = make(map[int]int)
		}
		s.rules.acted[i]++
	}
	return true
}
