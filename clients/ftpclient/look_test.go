package ftpclient

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestLook has each transfer watched when it has gone on for watchAfter, whatever those before it did, and none that is done.
func TestLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l look
		begin := time.Now()
		var at []time.Duration
		watch := func() { at = append(at, time.Since(begin)) }
		first, second, third := new(Transfer), new(Transfer), new(Transfer)
		l.after(first, watch)
		time.Sleep(watchAfter / 2)
		l.off(first)
		l.after(second, watch)
		l.off(first) // which is not the one that goes on
		time.Sleep(watchAfter)
		synctest.Wait()
		if len(at) != 1 || at[0] != 3*watchAfter/2 {
			t.Fatalf("watched at %v", at)
		}
		l.off(second)
		time.Sleep(watchAfter)
		l.after(third, watch)
		l.off(third)
		time.Sleep(2 * watchAfter)
		l.after(third, watch)
		l.stop()
		l.after(third, watch)
		time.Sleep(2 * watchAfter)
		if len(at) != 1 {
			t.Errorf("watched at %v", at)
		}
	})
}
