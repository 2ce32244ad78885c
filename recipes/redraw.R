# Loads the tables of a run and draws two figures anew: progression-free survival, and the clones of one patient.
#
#     Rscript recipes/redraw.R output/the-reviews-story [PATIENT]
library(survival)

arguments <- commandArgs(TRUE)
run <- arguments[1]
patient <- if (length(arguments) > 1) as.integer(arguments[2]) else 1
month <- 30.4375

# Progression-free survival: time and event stand side by side.
patients <- read.csv(file.path(run, "patients.csv"))
fit <- survfit(Surv(pfs / month, pfs_event) ~ arm, data = patients, conf.type = "log-log")
pdf("pfs.pdf", width = 7, height = 4)
plot(fit, col = seq_along(unique(patients$arm)), xlab = "months", ylab = "progression-free")
invisible(dev.off())

# Clones: `traits` is empty for wild type, and a clone without cells has no row.
cells <- read.csv(file.path(run, "trajectories.csv"), na.strings = NULL)
cells <- cells[cells$arm == cells$arm[1] & cells$patient == patient & cells$replicate == 1, ]
cells$traits[cells$traits == ""] <- "wild type"
sums <- xtabs(as.numeric(cells) ~ day + traits, data = cells)
sums <- sums[, order(-apply(sums, 2, max)), drop = FALSE]
sums <- sums[, seq_len(min(8, ncol(sums))), drop = FALSE]
pdf("clones.pdf", width = 7, height = 4)
matplot(as.numeric(rownames(sums)) / month, pmax(sums, 1), type = "l", lty = 1, log = "y", xlab = "months", ylab = "cells",
        main = paste("Patient", patient))
legend("topleft", colnames(sums), col = seq_len(ncol(sums)), lty = 1, cex = 0.6, bty = "n")
invisible(dev.off())
cat("wrote pfs.pdf and clones.pdf\n")
