package command_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// What each magic prints as plain text, whole. Reviewed by eye after -update.
func TestGoldenText(t *testing.T) {
	before := towns + "%gen treated = max(D) by=town\n"
	cases := map[string]string{
		"panel":      "",
		"panel_more": "%panel load towns.csv as=plain\n%panel list\n%panel head n=3\n%panel use plain\n%panel head n=2 data=panel",
		"gen":        "%gen lx = log(x)\n%gen share=lq(part, whole)\n%gen when = post(adopt)\n%gen west = region == \"West\" if=\"year > 2012\"\n%gen x = winsor(x, 0.05)",
		"describe":   "%describe\n%describe y x detail=true if=\"year > 2012\"",
		"trend":      "%trend y by=treated\n%trend y",
		"reg":        "%reg y ~ x + i(region) | year vcov=hetero weights=w if=\"year > 2010\"\n%reg c(y, part) ~ sw(x, D) vcov=cluster(town, year) as=k",
		"did":        "%did y ~ x | town + year treat=D level=0.9",
		"eventstudy": "%eventstudy y ~ x treat=D window=-2:3\n%eventstudy y ~ 1 treat=D window=-2:3 ends=clip ref=-2 vcov=iid",
		"table":      "%did y ~ 1 treat=D as=m1\n%did y ~ x treat=D as=m2\n%table m1 m2 stat=se digits=4 title=\"Effects\" number=2 notes=\"Made-up numbers.\"\n%table m2 stat=ci stars=false keep=D columns=Main",
		"compare":    "%gen DID = D\n%did y ~ 1 | town + year treat=DID vcov=iid as=m1\n%compare m1 published=table2 column=(2)",
		"session":    "%did y ~ x treat=D as=m1\n%session\n%lang zh\n%session\n%did y ~ x treat=D as=m1\n%table m1",
		"chinese":    "%lang zh\n%panel load towns.csv unit=town time=year as=p2\n%panel use p2\n%panel list\n%gen lx = log(x)\n%trend y\n%eventstudy y ~ 1 treat=D window=-2:2\n%describe y\n%didhelp label",
		"bacon":      "%did y ~ 1 treat=D if='town != \"Eshan\"' as=m1\n%bacon m1\n%did y ~ x treat=D if='town != \"Eshan\"' as=m2\n%bacon m2\n%lang zh\n%bacon m2",
		"weights":    "%did y ~ x treat=D as=m1\n%twfeweights m1\n%did y ~ 1 treat=D weights=w if=\"year > 2011\" as=m2\n%twfeweights m2\n%lang zh\n%twfeweights m2",
		"honest":     "%eventstudy y ~ 1 treat=D window=-2:3 as=es\n%honest es mbar=0,0.5\n%honest es type=sd event=1 mbar=0,0.1\n%honest es type=sd method=clf average=true mbar=0.1\n%lang zh\n%honest es mbar=1",
		"power":      "%did y ~ x treat=D as=m1\n%power m1 reps=200\n%power y ~ 1 treat=D method=imputation path=1,2,3 effects=0.5,1 treated=12 reps=100 weights=w\n%lang zh\n%power m1 noise=ar reps=200",
		"pretrends":  "%eventstudy y ~ 1 treat=D window=-2:3 as=es\n%pretrends es\n%pretrends es slope=0.1\n%lang zh\n%pretrends es power=0.8",
		"estimators": "%did y ~ x treat=D vcov=iid as=m1\n%estimators m1 methods=cs,sunab,imputation,did2s window=-2:3\n%did y ~ 1 treat=D if=\"treated == 1\" as=m2\n%estimators m2 methods=cs,imputation agg=group\n%lang zh\n%estimators m1 methods=cs,sunab",
		"stacked":    "%did y ~ 1 treat=D method=stacked window=-2:1 as=m1\n%eventstudy y ~ w treat=D method=stacked window=-1:2 stack=none as=es\n%lang zh\n%did y ~ 1 treat=D method=stacked stack=population population=w",
		"etwfe":      "%did y ~ w treat=D method=etwfe as=m1\n%eventstudy part ~ 1 treat=D method=etwfe family=poisson as=es\n%lang zh\n%did I(y > 1) ~ 1 treat=D method=etwfe family=logit",
		"lpdid":      "%did y ~ w treat=D method=lpdid window=-2:1 reweight=true agg=pooled as=m1\n%eventstudy y ~ l(d(y), 1) treat=D method=lpdid window=-2:2 premean=all as=es\n%lang zh\n%did y ~ 1 treat=D method=lpdid window=-3:2 nocomp=true control=never",
		"sdid":       "%did y ~ 1 treat=D method=sdid boot=100 as=m1\n%eventstudy y ~ 1 treat=D method=sc inf=bootstrap boot=100 window=-2:3 as=es\n%lang zh\n%did y ~ 1 treat=D method=sdid inf=bootstrap boot=100",
		"mc":         "%did y ~ x treat=D method=mc lambda=0.5 minpre=3 placebo=1 boot=100 as=m1\n%eventstudy y ~ 1 treat=D method=ifect factors=1 minpre=3 inf=jackknife window=-2:3 as=es\n%lang zh\n%did y ~ 1 treat=D method=mc minpre=2 inf=jackknife",
		"dcdh":       "%gen off = D*(year != 2016)\n%did y ~ 1 treat=off method=dcdh window=-3:2 as=m1\n%eventstudy y ~ 1 treat=off method=dcdh switchers=in normalized=true window=-2:3 as=es\n%lang zh\n%did y ~ 1 treat=off method=dcdh normalized=true",
		"ddd":        "%panel load towns.csv unit=town time=year as=three\n%gen q = region == \"West\" data=three\n%gen g = (adopt > 0)*2014 data=three\n%did y ~ 1 method=ddd cohort=g eligible=q as=m1 data=three\n%lang zh\n%eventstudy y ~ 1 method=ddd cohort=g eligible=q base=universal data=three",
		"cdid":       "%panel load ../../../testdata/reference/data/dose.csv unit=unit time=time\n%gen later = dose*(time >= g)\n%did y ~ 1 cohort=g method=cdid dose=dose degree=2 boot=200 as=m1\n%eventstudy y ~ 1 method=cdid control=notyet dose=later degree=1 target=slope base=universal as=es\n%honest es mbar=0.5\n%lang zh\n%did y ~ 1 cohort=g method=cdid dose=dose knots=1 grid=2,1 target=slope agg=dynamic\n%panel load ../../../testdata/reference/data/dose_waves.csv unit=unit time=time\n%did waves ~ 1 cohort=g method=cdid dose=dose knots=auto grid=0.2,0.5,0.8",
		"go_set":     "%reg c(y, part) ~ x vcov=hetero go=true",
		"go":         "%gen lx = log(x) if=\"x > 0\"\n%eventstudy y ~ lx + `part` treat=D window=-2:3 ref=-1 vcov=cluster(town) weights=w if='region == \"West\"' level=0.9 go=true",
	}
	for name, src := range cases {
		t.Run(name, func(t *testing.T) {
			out, _ := mustRun(t, before+src)
			if src != "" {
				out = out[2:]
			}
			var texts []string
			for _, o := range out {
				texts = append(texts, "## "+o.Magic+" "+o.As+"\n"+o.Text)
			}
			checkGolden(t, name+".txt", strings.Join(texts, "\n"))
		})
	}
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}
