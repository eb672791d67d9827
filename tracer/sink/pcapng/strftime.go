package pcapng

import (
	"fmt"
	"strconv"
	"time"
)

// layouts are the conversions of strftime(3) that package time has a layout
// for, in the C locale.
func layouts() map[byte]string {
	return map[byte]string{
		'a': "Mon", 'A': "Monday", 'b': "Jan", 'h': "Jan", 'B': "January",
		'c': "Mon Jan _2 15:04:05 2006", 'D': "01/02/06", 'x': "01/02/06", 'F': "2006-01-02",
		'd': "02", 'e': "_2", 'j': "002", 'm': "01", 'y': "06", 'Y': "2006",
		'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM",
		'r': "03:04:05 PM", 'R': "15:04", 'T': "15:04:05", 'X': "15:04:05",
		'z': "-0700", 'Z': "MST",
	}
}

// strftime is format with its conversions done as strftime(3) does them. What
// is none stays as it is, as glibc has it.
func strftime(format string, t time.Time) string {
	var b []byte
	known := layouts()
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b = append(b, format[i])
			continue
		}
		i++
		if l, ok := known[format[i]]; ok {
			b = t.AppendFormat(b, l)
		} else {
			b = append(b, number(format[i], t)...)
		}
	}
	return string(b)
}

// number is a conversion that package time has no layout for.
func number(conversion byte, t time.Time) string {
	isoYear, isoWeek := t.ISOWeek()
	weekday := int(t.Weekday())
	switch conversion {
	case '%':
		return "%"
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 's':
		return strconv.FormatInt(t.Unix(), 10)
	case 'C':
		return fmt.Sprintf("%02d", t.Year()/100)
	case 'g':
		return fmt.Sprintf("%02d", isoYear%100)
	case 'G':
		return strconv.Itoa(isoYear)
	case 'k':
		return fmt.Sprintf("%2d", t.Hour())
	case 'l':
		return fmt.Sprintf("%2d", (t.Hour()+11)%12+1)
	case 'u':
		return strconv.Itoa((weekday+6)%7 + 1)
	case 'w':
		return strconv.Itoa(weekday)
	case 'U': // the week of the year, weeks begin with Sunday
		return fmt.Sprintf("%02d", (t.YearDay()+6-weekday)/7)
	case 'V':
		return fmt.Sprintf("%02d", isoWeek)
	case 'W': // with Monday
		return fmt.Sprintf("%02d", (t.YearDay()+6-(weekday+6)%7)/7)
	}
	return "%" + string(rune(conversion))
}
