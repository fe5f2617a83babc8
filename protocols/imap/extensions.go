package imap

// SortData is the answer to SORT (RFC 5256 section 4).
type SortData struct {
	Numbers []uint32
	// ModSeq is the highest mod-sequence of the messages; 0 if it was not told (RFC 7162 section 3.1.5).
	ModSeq uint64
}

// ThreadData is the answer to THREAD (RFC 5256 section 4).
type ThreadData struct{ Threads []Thread }

// Thread is a thread, or the part of one below a message that several answer.
type Thread struct {
	// Numbers are messages, each the parent of the next. It is empty for a parent that is not there.
	Numbers []uint32
	// Below are what answers the last of them, if it is several; otherwise nil.
	Below []Thread
}

// ACLData is the answer to GETACL (RFC 4314 section 3.6).
type ACLData struct {
	Mailbox string
	Entries []ACLEntry
}

// ACLEntry says which rights an identifier has.
type ACLEntry struct{ Identifier, Rights string }

// ListRightsData is the answer to LISTRIGHTS (RFC 4314 section 3.7).
type ListRightsData struct {
	Mailbox, Identifier string
	// Required are the rights that the identifier always has, Optional those that can be granted, in groups that are granted together.
	Required string
	Optional []string
}

// MyRightsData is the answer to MYRIGHTS (RFC 4314 section 3.8).
type MyRightsData struct{ Mailbox, Rights string }

// QuotaData is the answer to GETQUOTA and SETQUOTA (RFC 9208 section 4.2.1).
type QuotaData struct {
	Root      string
	Resources []Quota
}

// Quota says how much of a resource is used, and how much may be, in the units of the resource: STORAGE has 1024 octets (RFC 9208 section 5).
type Quota struct {
	// Resource is in upper case.
	Resource     string
	Usage, Limit uint64
}

// QuotaRootData is the answer to GETQUOTAROOT (RFC 9208 section 4.2.2).
type QuotaRootData struct {
	Mailbox string
	Roots   []string
}

func (*SortData) isResponse()       {}
func (*ThreadData) isResponse()     {}
func (*ACLData) isResponse()        {}
func (*ListRightsData) isResponse() {}
func (*MyRightsData) isResponse()   {}
func (*QuotaData) isResponse()      {}
func (*QuotaRootData) isResponse()  {}

// extension takes a response of an extension; resp is nil if there is none of that name.
func (d *Decoder) extension(name string) (resp Response, err error) {
	switch name {
	case "SORT":
		s := &SortData{}
		s.Numbers, s.ModSeq, err = d.numbers("RFC 5256 section 4")
		resp = s
	case "THREAD":
		t := &ThreadData{}
		if d.more() {
			if err = d.sp(citeThread); err == nil {
				t.Threads, err = d.threads(1)
			}
		}
		resp = t
	case "ACL":
		resp, err = d.aclData()
	case "LISTRIGHTS":
		resp, err = d.listRightsData()
	case "MYRIGHTS":
		const cite = "RFC 4314 section 3.8"
		m := &MyRightsData{}
		if m.Mailbox, err = d.spMailbox(cite); err == nil {
			m.Rights, err = d.spString(cite)
		}
		resp = m
	case "QUOTA":
		resp, err = d.quotaData()
	case "QUOTAROOT":
		const cite = "RFC 9208 section 4.2.2"
		q := &QuotaRootData{}
		if q.Mailbox, err = d.spMailbox(cite); err == nil {
			q.Roots, err = d.spStrings(cite)
		}
		resp = q
	}
	return resp, err
}

func (d *Decoder) spMailbox(cite string) (string, error) {
	if err := d.sp(cite); err != nil {
		return "", err
	}
	return d.mailbox(cite)
}

func (d *Decoder) spString(cite string) (string, error) {
	if err := d.sp(cite); err != nil {
		return "", err
	}
	return d.astring(cite)
}

// spStrings takes strings with a space before each, up to the end of the line.
func (d *Decoder) spStrings(cite string) (list []string, err error) {
	for d.more() {
		s, err := d.spString(cite)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

const citeThread = "RFC 5256 section 5, thread-list"

// threads takes threads that stand next to one another, least of them at least.
func (d *Decoder) threads(least int) (list []Thread, err error) {
	if err := d.nest(); err != nil {
		return nil, err
	}
	defer d.leave()
	for d.peek() == '(' || len(list) < least {
		t, err := d.thread()
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

func (d *Decoder) thread() (t Thread, err error) {
	if err := d.expect('(', citeThread); err != nil {
		return t, err
	}
	for d.peek() != '(' {
		n, err := d.nzNumber(citeThread)
		if err != nil {
			return t, err
		}
		if t.Numbers = append(t.Numbers, n); d.is(')') {
			return t, nil
		}
		if err := d.sp(citeThread); err != nil {
			return t, err
		}
	}
	if t.Below, err = d.threads(2); err != nil {
		return t, err
	}
	return t, d.expect(')', citeThread)
}

func (d *Decoder) aclData() (a *ACLData, err error) {
	const cite = "RFC 4314 section 3.6"
	a = &ACLData{}
	if a.Mailbox, err = d.spMailbox(cite); err != nil {
		return nil, err
	}
	for d.more() {
		var e ACLEntry
		if e.Identifier, err = d.spString(cite); err != nil {
			return nil, err
		}
		if e.Rights, err = d.spString(cite); err != nil {
			return nil, err
		}
		a.Entries = append(a.Entries, e)
	}
	return a, nil
}

func (d *Decoder) listRightsData() (l *ListRightsData, err error) {
	const cite = "RFC 4314 section 3.7"
	l = &ListRightsData{}
	if l.Mailbox, err = d.spMailbox(cite); err != nil {
		return nil, err
	}
	if l.Identifier, err = d.spString(cite); err != nil {
		return nil, err
	}
	if l.Required, err = d.spString(cite); err != nil {
		return nil, err
	}
	l.Optional, err = d.spStrings(cite)
	return l, err
}

func (d *Decoder) quotaData() (q *QuotaData, err error) {
	const cite = "RFC 9208 section 4.2.1"
	q = &QuotaData{}
	if q.Root, err = d.spString(cite); err != nil {
		return nil, err
	}
	if err := d.sp(cite); err != nil {
		return nil, err
	}
	return q, d.list(cite, func() (err error) {
		var r Quota
		if r.Resource, err = d.keyword("the name of a resource", cite); err != nil {
			return err
		}
		for _, to := range []*uint64{&r.Usage, &r.Limit} {
			if err := d.sp(cite); err != nil {
				return err
			}
			if *to, err = d.number64(cite); err != nil {
				return err
			}
		}
		q.Resources = append(q.Resources, r)
		return nil
	})
}

// extension prints a response of an extension.
func (p *printer) extension(r Response) {
	switch r := r.(type) {
	case *SortData:
		p.raw("SORT")
		p.numbers(r.Numbers, r.ModSeq)
	case *ThreadData:
		if p.raw("THREAD"); len(r.Threads) > 0 {
			p.sp()
			p.threads(r.Threads)
		}
	case *ACLData:
		p.raw("ACL ")
		p.mailbox(r.Mailbox)
		for _, e := range r.Entries {
			p.sp()
			p.astring(e.Identifier)
			p.sp()
			p.astring(e.Rights)
		}
	case *ListRightsData:
		p.raw("LISTRIGHTS ")
		p.mailbox(r.Mailbox)
		for _, s := range append([]string{r.Identifier, r.Required}, r.Optional...) {
			p.sp()
			p.astring(s)
		}
	case *MyRightsData:
		p.raw("MYRIGHTS ")
		p.mailbox(r.Mailbox)
		p.sp()
		p.astring(r.Rights)
	case *QuotaData:
		p.raw("QUOTA ")
		p.astring(r.Root)
		p.sp()
		parens(p, r.Resources, func(q Quota) {
			p.atom("resource", q.Resource)
			p.sp()
			p.num(q.Usage)
			p.sp()
			p.num(q.Limit)
		})
	case *QuotaRootData:
		p.raw("QUOTAROOT ")
		p.mailbox(r.Mailbox)
		for _, root := range r.Roots {
			p.sp()
			p.astring(root)
		}
	}
}

func (p *printer) threads(list []Thread) {
	for _, t := range list {
		p.b = append(p.b, '(')
		for i, n := range t.Numbers {
			if i > 0 {
				p.sp()
			}
			p.num(uint64(n))
		}
		if len(t.Below) > 0 && len(t.Numbers) > 0 {
			p.sp()
		}
		if len(t.Below) == 1 || len(t.Below)+len(t.Numbers) == 0 {
			p.fail("a thread without a message, or with a single branch (RFC 5256 section 5, thread-list)")
		}
		p.threads(t.Below)
		p.b = append(p.b, ')')
	}
}
