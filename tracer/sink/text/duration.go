package text

import (
	"strconv"
	"time"
)

// appendDuration appends a duration to two or three digits, in the units that
// people use: "0.23 ms", "12 s", "5 min 3 s". Of longer ones only the two
// largest units are said.
func appendDuration(b []byte, d time.Duration) []byte {
	const day = 24 * time.Hour
	if d < 0 { // the capture's clock went back
		b, d = append(b, '-'), -d
	}
	switch { // by what the rounded duration reaches
	case d < 10*time.Microsecond-time.Microsecond/2:
		return appendUnit(b, d, time.Microsecond, " µs")
	case d < 10*time.Millisecond-5*time.Microsecond:
		b = appendDecimal(b, d, 10*time.Microsecond, 2)
		return append(b, " ms"...)
	case d < time.Second-time.Millisecond/2:
		return appendUnit(b, d, time.Millisecond, " ms")
	case d < 10*time.Second-50*time.Millisecond:
		b = appendDecimal(b, d, 100*time.Millisecond, 1)
		return append(b, " s"...)
	case d < 2*time.Minute-time.Second/2:
		return appendUnit(b, d, time.Second, " s")
	case d < time.Hour-time.Second/2:
		return appendTwo(b, d, [2]time.Duration{time.Minute, time.Second}, [2]string{" min", " s"})
	case d < day-time.Minute/2:
		return appendTwo(b, d, [2]time.Duration{time.Hour, time.Minute}, [2]string{" h", " min"})
	default:
		return appendTwo(b, d, [2]time.Duration{day, time.Hour}, [2]string{" d", " h"})
	}
}

func appendUnit(b []byte, d, unit time.Duration, name string) []byte {
	b = strconv.AppendInt(b, int64(d.Round(unit)/unit), 10)
	return append(b, name...)
}

// appendDecimal appends d in tens of its step, without zeros at the end.
func appendDecimal(b []byte, d, step time.Duration, decimals int) []byte {
	n, scale := int64(d.Round(step)/step), int64(1)
	for ; decimals > 0 && n%10 == 0; decimals-- {
		n /= 10
	}
	for range decimals {
		scale *= 10
	}
	b = strconv.AppendInt(b, n/scale, 10)
	if decimals > 0 {
		b = append(b, '.')
		for ; scale > 1; scale /= 10 {
			b = append(b, byte('0'+n%scale/(scale/10)))
		}
	}
	return b
}

// appendTwo appends d in two units, and the second only if there is any of it.
func appendTwo(b []byte, d time.Duration, units [2]time.Duration, names [2]string) []byte {
	d = d.Round(units[1])
	rest := d % units[0]
	b = appendUnit(b, d-rest, units[0], names[0])
	if rest > 0 {
		b = appendUnit(append(b, ' '), rest, units[1], names[1])
	}
	return b
}
