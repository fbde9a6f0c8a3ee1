package kernel

import (
	"fmt"
	"strings"
	"time"
)

// bar is a progress bar: shown once the work has taken a while, then renewed at most ten times a second.
type bar struct {
	start   time.Time
	id      string // of the display
	visible bool
	last    time.Time
}

const (
	barDelay    = 500 * time.Millisecond
	barInterval = 110 * time.Millisecond // ten a second also where messages arrive a little late
)

// step takes news of the work; ok tells that a message is due.
func (b *bar) step(done, total int, now time.Time) (msgType string, d Display, ok bool) {
	switch {
	case total <= 0 || !b.visible && now.Sub(b.start) < barDelay, b.visible && now.Sub(b.last) < barInterval:
		return "", Display{}, false
	case !b.visible:
		msgType = "display_data"
	default:
		msgType = "update_display_data"
	}
	b.visible, b.last = true, now
	done = min(max(done, 0), total)
	left := ""
	if elapsed := now.Sub(b.start); done > 0 && done < total {
		rest := time.Duration(float64(elapsed) * float64(total-done) / float64(done))
		left = ", " + duration(rest) + " left"
	}
	share := float64(done) / float64(total)
	const width = 30
	filled := int(share * width)
	text := fmt.Sprintf("%s%s %d of %d%s", strings.Repeat("█", filled), strings.Repeat("░", width-filled), done, total, left)
	html := fmt.Sprintf(`<div class="didnb-progress"><progress value="%d" max="%d" style="width:18em;vertical-align:middle">%.0f %%</progress> `+
		`<span style="font-variant-numeric:tabular-nums">%d of %d%s</span></div>`, done, total, 100*share, done, total, left)
	return msgType, Display{Data: map[string]any{"text/plain": text, "text/html": html}}, true
}

// duration is a time in the two largest units that matter.
func duration(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d >= time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	case d >= time.Minute:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d s", int(d.Seconds()))
}
