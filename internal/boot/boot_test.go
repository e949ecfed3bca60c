package boot

import (
	"testing"
	"time"
)

func TestConfigReadsWhatTheFieldsName(t *testing.T) {
	t.Setenv("KITH_TABLE", "records")
	t.Setenv("KITH_LIFETIME", "5m")
	cfg := Config[struct {
		Table    string        `env:"KITH_TABLE,required"`
		Lifetime time.Duration `env:"KITH_LIFETIME,required"`
		Absent   string        `env:"KITH_ABSENT"`
	}]()
	if cfg.Table != "records" || cfg.Lifetime != 5*time.Minute || cfg.Absent != "" {
		t.Errorf("read %+v", cfg)
	}
}
