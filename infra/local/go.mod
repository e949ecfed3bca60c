module github.com/kithhq/kith/infra/local

go 1.26.0
