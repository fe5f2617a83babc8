package transcript

import (
	"bytes"
	"slices"
)

// Equal reports whether two sessions mean the same: the same header fields and the same items. Comments, empty lines, the
// way in which octets are written and the sessions' names make no difference.
func Equal(a, b *Session) bool {
	if !slices.EqualFunc(a.Header, b.Header, func(f, g Field) bool { return f.Name == g.Name && f.Value == g.Value }) {
		return false
	}
	return equalItems(a.Items, b.Items)
}

func equalItems(a, b []Item) bool { return slices.EqualFunc(spoken(a), spoken(b), equalItem) }

// spoken returns the items without comments.
func spoken(items []Item) []Item {
	isComment := func(it Item) bool { _, ok := it.(*Comment); return ok }
	if !slices.ContainsFunc(items, isComment) {
		return items
	}
	return slices.DeleteFunc(slices.Clone(items), isComment)
}

func equalItem(a, b Item) bool {
	switch a := a.(type) {
	case *Say:
		b, ok := b.(*Say)
		return ok && a.Who == b.Who && a.End == b.End && slices.EqualFunc(mergeParts(a.Parts), mergeParts(b.Parts), equalPart)
	case *Event:
		b, ok := b.(*Event)
		return ok && a.Kind == b.Kind && a.Who == b.Who && a.Arg == b.Arg && a.Duration == b.Duration
	case *Group:
		b, ok := b.(*Group)
		return ok && a.Kind == b.Kind && equalItems(a.Items, b.Items)
	}
	_, ok := b.(*Comment)
	return ok
}

func equalPart(a, b Part) bool {
	switch {
	case a.Value != nil:
		if b.Value == nil || a.Value.Ref != b.Value.Ref {
			return false
		}
		v, w := a.Value, b.Value
		return v.Ref != "" || v.Redacted == w.Redacted && (v.Redacted || bytes.Equal(v.Octets, w.Octets)) && v.Kind == w.Kind &&
			slices.Equal(v.Args, w.Args) && v.As == w.As
	case a.Blob != nil:
		return b.Blob != nil && *a.Blob == *b.Blob
	}
	return b.Value == nil && b.Blob == nil && bytes.Equal(a.Text, b.Text)
}

// Check returns an error if the session cannot be written down so that it parses again: a header without "session" and
// "protocol", a group without items, an unknown kind. A session that was parsed passes. The error is a [*ParseError] whose lines are those
// of what Print returns.
func (s *Session) Check() error {
	again, err := Parse(s.Name, s.Print())
	if err != nil {
		return err
	}
	if Equal(s, again) {
		return nil
	}
	// A field or comment that holds a line feed, a value that is redacted and not, an event with an argument it does not take.
	pos := Position{File: s.Name}
	a, b := spoken(s.Items), spoken(again.Items)
	for i := range a {
		if i >= len(b) || !equalItem(a[i], b[i]) {
			if i < len(b) {
				pos = b[i].Position()
			}
			break
		}
	}
	return &ParseError{Pos: pos, Want: "a session that can be written down", Got: "one that would read otherwise",
		Hint: "a header field or comment of more than one line, or an item with fields that do not go together"}
}
