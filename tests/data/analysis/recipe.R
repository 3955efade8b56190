# Records what spatstat answers; run: Rscript recipe.R
#
# R 4.2.2, spatstat.explore 3.0-6, spatstat.geom 3.0-6 (Debian). Writes pattern.csv (60 points of two types in a
# square of 10 by 10) and pattern_curves.csv (K and cross-K by correction, and the index of Clark and Evans, which is
# the same in every row).
suppressMessages({ library(spatstat.geom); library(spatstat.explore) })
set.seed(2020)
x <- round(c(runif(40, 0, 10), rnorm(20, 6, 0.8)), 4)
y <- round(c(runif(40, 0, 10), rnorm(20, 4, 0.8)), 4)
type <- rep(c("a", "a", "b"), 20)
points <- ppp(x, y, c(0, 10), c(0, 10), marks = factor(type))
stopifnot(npoints(points) == 60)
write.csv(data.frame(x, y, type = as.integer(type == "b")), "pattern.csv", row.names = FALSE)
# Steps that no distance hits by chance.
r <- seq(0, 2.4, by = 0.2)
k <- Kest(unmark(points), r = r, correction = c("none", "border", "isotropic"))
cross <- Kcross(points, "a", "b", r = r, correction = c("none", "isotropic"))
index <- clarkevans(unmark(points), correction = c("none", "Donnelly"))
write.csv(data.frame(
  r, none = k$un, border = k$border, isotropic = k$iso, cross_none = cross$un, cross_isotropic = cross$iso,
  clark_evans = index[["naive"]], donnelly = index[["Donnelly"]]
), "pattern_curves.csv", row.names = FALSE)
