package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
)

// decoder turns the values of a column into numbers or text.
type decoder struct {
	isText bool
	number func(v pq.Value) float64
	// whole is set for columns of integers beyond 32 bits: the value as text, and whether a float64 has it exactly.
	whole func(v pq.Value) (text []byte, exact bool)
	text  func(v pq.Value) ([]byte, error)
}

// add takes one value of the column.
func (t *target) add(v pq.Value, d decoder) error {
	switch {
	case v.IsNull():
		if t.values != nil {
			t.values = append(t.values, math.NaN())
		} else {
			t.texts.AddMissing()
		}
		t.at++
	case d.isText:
		b, err := d.text(v)
		if err != nil {
			return fmt.Errorf("row %d: %w", t.at+1, err)
		}
		t.text(b)
	case t.values == nil:
		b, _ := d.whole(v)
		t.text(b)
	default:
		if d.whole != nil {
			if b, exact := d.whole(v); !exact {
				t.tally.Add(cell.Long, t.at, b)
				t.long = true
			}
		}
		t.number(d.number(v))
	}
	return nil
}

// elements are the root's children in the file's schema, which lists all nodes depth first. The library's own types
// forget some of what stands there.
func elements(f *pq.File) []format.SchemaElement {
	schema := f.Metadata().Schema
	var subtree func(at int) int // the place after the node at a place and all below it
	subtree = func(at int) int {
		children := 0
		if at < len(schema) {
			children = int(schema[at].NumChildren.V)
		}
		at++
		for ; children > 0 && at < len(schema); children-- {
			at = subtree(at)
		}
		return at
	}
	var out []format.SchemaElement
	for at := 1; at < len(schema); at = subtree(at) {
		out = append(out, schema[at])
	}
	return out
}

// decoderOf chooses by the column's logical type, else by its physical one. The error ends a sentence that begins with
// the column's name.
func decoderOf(c *pq.Column, element *format.SchemaElement) (decoder, error) {
	if !c.Leaf() || c.Repeated() || c.MaxRepetitionLevel() > 0 || c.MaxDefinitionLevel() > 1 {
		return decoder{}, errors.New("is nested (a list, a map or a struct), which a panel can't hold")
	}
	binaryData := errors.New("holds binary data, which a panel can't hold")
	kind := c.Type().Kind()
	integer := func(v pq.Value) int64 {
		if kind == pq.Int32 {
			return int64(v.Int32())
		}
		return v.Int64()
	}
	isInteger := kind == pq.Int32 || kind == pq.Int64
	logical := logicalOf(element)
	switch l := logical.(type) {
	case *format.StringType, *format.EnumType, *format.JsonType:
		return textDecoder(validText), nil
	case *format.DecimalType:
		return decimalDecoder(kind, l, integer), nil
	case *format.DateType:
		if isInteger {
			return textDecoder(func(v pq.Value) ([]byte, error) {
				return isoDate(time.Unix(0, 0).UTC().AddDate(0, 0, int(integer(v))))
			}), nil
		}
	case *format.TimestampType:
		if unit := l.Unit.Value; isInteger && unit != nil {
			perSecond := int64(time.Second / unit.Duration())
			return textDecoder(func(v pq.Value) ([]byte, error) {
				n := integer(v)
				seconds, rest := n/perSecond, n%perSecond
				return isoDate(time.Unix(seconds, rest*int64(unit.Duration())).UTC())
			}), nil
		}
	case *format.TimeType:
		if unit := l.Unit.Value; isInteger && unit != nil {
			return textDecoder(func(v pq.Value) ([]byte, error) {
				t := time.Unix(0, 0).UTC().Add(time.Duration(integer(v)) * unit.Duration())
				return t.AppendFormat(nil, "15:04:05.999999999"), nil
			}), nil
		}
	case *format.IntType:
		if isInteger && !l.IsSigned {
			return wholeDecoder(func(v pq.Value) ([]byte, float64, bool) {
				n := v.Uint64()
				if kind == pq.Int32 {
					n = uint64(v.Uint32())
				}
				x := float64(n)
				// The largest uint64s round up to 2^64, which is none.
				return strconv.AppendUint(nil, n, 10), x, n <= 1<<53 || x < 1<<64 && uint64(x) == n
			}), nil
		}
	case *format.UUIDType:
		return textDecoder(func(v pq.Value) ([]byte, error) {
			b := v.ByteArray()
			if len(b) != 16 {
				return nil, fmt.Errorf("an identifier of %d bytes", len(b))
			}
			return fmt.Appendf(nil, "%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
		}), nil
	case *format.Float16Type:
		return decoder{number: func(v pq.Value) float64 { return half(v.ByteArray()) }}, nil
	case *format.NullType:
		return decoder{number: func(pq.Value) float64 { return math.NaN() }}, nil
	case nil:
	default:
		return decoder{}, binaryData
	}
	switch kind {
	case pq.Boolean:
		return decoder{number: func(v pq.Value) float64 {
			if v.Boolean() {
				return 1
			}
			return 0
		}}, nil
	case pq.Int32:
		return decoder{number: func(v pq.Value) float64 { return float64(v.Int32()) }}, nil
	case pq.Int64:
		return wholeDecoder(func(v pq.Value) ([]byte, float64, bool) {
			n := v.Int64()
			x := float64(n)
			exact := n >= -1<<53 && n <= 1<<53 || x < 1<<63 && int64(x) == n
			if exact {
				return nil, x, true
			}
			return strconv.AppendInt(nil, n, 10), x, false
		}), nil
	case pq.Int96: // the timestamps of old Spark and Impala files
		return textDecoder(func(v pq.Value) ([]byte, error) { return isoDate(int96Time(v.Int96())) }), nil
	case pq.Float:
		return decoder{number: func(v pq.Value) float64 { return float64(v.Float()) }}, nil
	case pq.Double:
		return decoder{number: func(v pq.Value) float64 { return v.Double() }}, nil
	case pq.ByteArray: // many programs write strings without saying so
		return textDecoder(validText), nil
	}
	return decoder{}, binaryData
}

// logicalOf is the logical type, also where an old program wrote only the converted type before it; nil for none.
func logicalOf(e *format.SchemaElement) format.LogicalTypeValue {
	if e.LogicalType.Value != nil || !e.ConvertedType.Valid {
		return e.LogicalType.Value
	}
	switch e.ConvertedType.V {
	case deprecated.Decimal:
		return &format.DecimalType{Scale: e.Scale.V}
	case deprecated.UTF8:
		return &format.StringType{}
	case deprecated.Enum:
		return &format.EnumType{}
	case deprecated.Json:
		return &format.JsonType{}
	case deprecated.Date:
		return &format.DateType{}
	case deprecated.TimestampMillis:
		return &format.TimestampType{Unit: format.TimeUnit{Value: &format.MilliSeconds{}}}
	case deprecated.TimestampMicros:
		return &format.TimestampType{Unit: format.TimeUnit{Value: &format.MicroSeconds{}}}
	case deprecated.TimeMillis:
		return &format.TimeType{Unit: format.TimeUnit{Value: &format.MilliSeconds{}}}
	case deprecated.TimeMicros:
		return &format.TimeType{Unit: format.TimeUnit{Value: &format.MicroSeconds{}}}
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return &format.IntType{}
	case deprecated.Bson, deprecated.Interval:
		return &format.BsonType{}
	}
	return nil
}

func textDecoder(f func(v pq.Value) ([]byte, error)) decoder { return decoder{isText: true, text: f} }

// wholeDecoder is for integers that float64 may not have; f returns the value as text, as a number, and whether the
// number is exact. The text may be nil where it is.
func wholeDecoder(f func(v pq.Value) ([]byte, float64, bool)) decoder {
	return decoder{
		number: func(v pq.Value) float64 { _, x, _ := f(v); return x },
		whole: func(v pq.Value) ([]byte, bool) {
			text, x, exact := f(v)
			if text == nil {
				text = strconv.AppendFloat(nil, x, 'f', -1, 64)
			}
			return text, exact
		},
	}
}

func validText(v pq.Value) ([]byte, error) {
	b := v.ByteArray()
	if !utf8.Valid(b) {
		return nil, errors.New("bytes that are no UTF-8 text, and a panel can't hold binary data")
	}
	return b, nil
}

func isoDate(t time.Time) ([]byte, error) {
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 && t.Nanosecond() == 0 {
		return t.AppendFormat(nil, "2006-01-02"), nil
	}
	return t.AppendFormat(nil, "2006-01-02 15:04:05.999999999"), nil
}

// int96Time reads nanoseconds of the day and the Julian day number.
func int96Time(v deprecated.Int96) time.Time {
	nanoseconds := int64(uint64(v[1])<<32 | uint64(v[0]))
	const epoch = 2440588 // 1970-01-01
	return time.Unix((int64(v[2])-epoch)*86400, nanoseconds).UTC()
}

// decimalDecoder reads a whole number over a power of ten, rounded once.
func decimalDecoder(kind pq.Kind, l *format.DecimalType, integer func(pq.Value) int64) decoder {
	scale := strconv.AppendInt([]byte("e"), -int64(l.Scale), 10)
	return decoder{number: func(v pq.Value) float64 {
		var digits []byte
		if kind == pq.Int32 || kind == pq.Int64 {
			digits = strconv.AppendInt(nil, integer(v), 10)
		} else {
			digits = twosComplement(v.ByteArray()).Append(nil, 10)
		}
		x, n, k := cell.Prefix(append(digits, scale...), '.')
		if n == 0 || k != cell.Number {
			return math.NaN()
		}
		return x
	}}
}

// twosComplement reads a signed integer, the highest byte first.
func twosComplement(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// half reads a float of 16 bits (IEEE 754 binary16).
func half(b []byte) float64 {
	if len(b) != 2 {
		return math.NaN()
	}
	bits := binary.LittleEndian.Uint16(b)
	exponent, fraction := int(bits>>10&0x1f), float64(bits&0x3ff)
	var x float64
	switch exponent {
	case 0:
		x = math.Ldexp(fraction, -24)
	case 31:
		x = math.Inf(1)
		if fraction != 0 {
			return math.NaN()
		}
	default:
		x = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits&0x8000 != 0 {
		x = -x
	}
	return x
}
