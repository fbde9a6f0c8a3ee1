// Command messy writes data/yearbook/, the raw files of the workshop's first exercise: four tables as yearbooks and
// exports really look, with a column for each year, Chinese headers, a city under its old and its new name, units that
// differ, gaps and a sheet of notes. The cities' names are real, every number is drawn at random: nothing in them is a
// fact about any city. It runs in data/, as go generate does.
package main

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// cities are the prefecture-level cities of Hubei; 襄阳 was 襄樊 until December 2010.
var cities = []string{"武汉", "黄石", "十堰", "宜昌", "襄阳", "鄂州", "荆门", "孝感", "荆州", "黄冈", "咸宁", "随州"}

const (
	first, last = 2006, 2015
	renamed     = 2010 // the first year under the new name
	oldName     = "襄樊"
	newName     = "襄阳"
)

// pilots are invented: city to year.
var pilots = map[string]int{"武汉": 2010, "宜昌": 2010, "襄阳": 2012, "鄂州": 2012, "咸宁": 2013}

// series holds whole numbers, so that every machine draws the same.
type series map[string][]int

func main() {
	if err := write("yearbook"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(dir string) error {
	gdp, people, digital, workers := draw()
	files := map[string][]byte{
		"gdp.csv":        gb18030(gdpTable(gdp)),
		"employment.csv": []byte(employmentTable(digital, workers)),
		"pilots.csv":     []byte(pilotTable()),
	}
	var err error
	if files["population.xlsx"], err = populationBook(people); err != nil {
		return err
	}
	for _, name := range slices.Collect(maps.Keys(files)) { // what marks the tables made from them as simulated
		files[strings.TrimSuffix(name, filepath.Ext(name))+".json"] = []byte("{\"simulated\": true}\n")
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// draw makes the four series: GDP in hundredths of 亿元, people in hundredths of 万人, employed persons.
func draw() (gdp, people, digital, workers series) {
	gdp, people, digital, workers = series{}, series{}, series{}, series{}
	for i, city := range cities {
		r := rand.New(rand.NewPCG(2026, uint64(i)))
		size := 8 - i/2
		if city == "武汉" {
			size = 30
		}
		g, p := (size*60+r.IntN(200))*100, (size*22+r.IntN(150)+120)*100
		for year := first; year <= last; year++ {
			g += g * (90 + r.IntN(60)) / 1000
			p += p * (r.IntN(9) - 2) / 1000
			w := p * (12 + r.IntN(3)) // persons: 12 to 14 of 100
			share := 9 + r.IntN(4) + size/6
			if from, ok := pilots[city]; ok && year >= from {
				share += 2 + (year-from)/2
			}
			gdp[city], people[city] = append(gdp[city], g), append(people[city], p)
			workers[city] = append(workers[city], w)
			digital[city] = append(digital[city], w/1000*share)
		}
	}
	return gdp, people, digital, workers
}

// gdpTable has a column a year, thousands separators, dots where there is nothing, and one city on two rows.
func gdpTable(gdp series) string {
	var b strings.Builder
	b.WriteString("城市")
	for y := first; y <= last; y++ {
		fmt.Fprintf(&b, ",%d年", y)
	}
	b.WriteString("\n")
	row := func(name, city string, has func(year int) bool) {
		b.WriteString(name + "市")
		for y := first; y <= last; y++ {
			switch {
			case !has(y):
				b.WriteString(",…")
			default:
				b.WriteString("," + thousands(gdp[city][y-first]))
			}
		}
		b.WriteString("\n")
	}
	for _, city := range cities {
		switch city {
		case newName:
			row(oldName, city, func(y int) bool { return y < renamed })
			row(newName, city, func(y int) bool { return y >= renamed })
		case "鄂州":
			row(city, city, func(y int) bool { return y != 2009 })
		case "咸宁":
			row(city, city, func(y int) bool { return y != 2011 && y != 2012 })
		default:
			row(city, city, func(int) bool { return true })
		}
	}
	return b.String()
}

// thousands writes hundredths as yearbooks do: "1,234.50", quoted because of the comma.
func thousands(n int) string {
	whole, rest := strconv.Itoa(n/100), fmt.Sprintf(".%02d", n%100)
	if len(whole) > 3 {
		return `"` + whole[:len(whole)-3] + "," + whole[len(whole)-3:] + rest + `"`
	}
	return whole + rest
}

// populationBook has its numbers on the second sheet, and the new name throughout.
func populationBook(people series) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", "说明"); err != nil {
		return nil, err
	}
	for i, line := range []string{"模拟数据：全部数值为随机生成，仅用于教学。", "Simulated data: every number is random, for teaching only.", "单位：万人（年末户籍人口）"} {
		if err := f.SetCellStr("说明", fmt.Sprintf("A%d", i+1), line); err != nil {
			return nil, err
		}
	}
	const sheet = "年末人口"
	if _, err := f.NewSheet(sheet); err != nil {
		return nil, err
	}
	set := func(col, row int, v any) error {
		cell, err := excelize.CoordinatesToCellName(col, row)
		if err != nil {
			return err
		}
		return f.SetCellValue(sheet, cell, v)
	}
	if err := set(1, 1, "地区"); err != nil {
		return nil, err
	}
	for y := first; y <= last; y++ {
		if err := set(y-first+2, 1, strconv.Itoa(y)); err != nil {
			return nil, err
		}
	}
	for i, city := range cities {
		if err := set(1, i+2, city); err != nil {
			return nil, err
		}
		for k, n := range people[city] {
			if err := set(k+2, i+2, float64(n)/100); err != nil {
				return nil, err
			}
		}
	}
	var b bytes.Buffer
	err := f.Write(&b)
	return b.Bytes(), err
}

// employmentTable has a row a year, newest first, one city-year absent; one column counts persons, the other 万人.
func employmentTable(digital, workers series) string {
	var b strings.Builder
	b.WriteString("年份,地区,信息业从业人员(人),全部从业人员(万人)\n")
	for y := last; y >= first; y-- {
		for _, city := range cities {
			if city == "黄冈" && y == 2008 {
				continue
			}
			name := city
			if city == newName && y < renamed {
				name = oldName
			}
			w := workers[city][y-first]
			fmt.Fprintf(&b, "%d,%s,%d,%d.%04d\n", y, name, digital[city][y-first], w/10000, w%10000)
		}
	}
	return b.String()
}

// pilotTable has a row a city, an empty year where a city never takes part.
func pilotTable() string {
	var b strings.Builder
	b.WriteString("城市,试点年份\n")
	for _, city := range cities {
		year := ""
		if y, ok := pilots[city]; ok {
			year = strconv.Itoa(y)
		}
		fmt.Fprintf(&b, "%s,%s\n", city, year)
	}
	return b.String()
}

func gb18030(s string) []byte {
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil { // every character above is in GB18030
		panic(err)
	}
	return []byte(out)
}
