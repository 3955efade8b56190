# Records what spdep answers of the places in units.csv; run: Rscript spdep.R
#
# R 4.2.2, spdep 1.2-7 (Debian). Writes spdep_units.csv (local statistics of each place) and spdep_globals.csv
# (statistics of the whole map, in the styles B, each neighbor 1, and W, each row divided by its sum).
suppressMessages(library(spdep))
set.seed(2020)
units <- read.csv("units.csv")
n <- nrow(units)
# All within 400 km by the haversine; spdep's own distances of longitudes and latitudes go by the ellipsoid.
lon <- units$lon * pi / 180
lat <- units$lat * pi / 180
hav <- sin(outer(lat, lat, "-") / 2)^2 + outer(cos(lat), cos(lat)) * sin(outer(lon, lon, "-") / 2)^2
km <- 2 * 6371.0088 * asin(pmin(sqrt(hav), 1))
diag(km) <- Inf
near <- lapply(seq_len(n), function(unit) which(km[unit, ] <= 400))
stopifnot(min(lengths(near)) > 0, max(lengths(near)) > 2 * min(lengths(near)))
class(near) <- "nb"
attr(near, "region.id") <- as.character(seq_len(n))
y <- units$y
marks <- y > 3
binary <- nb2listw(near, style = "B")
rows <- nb2listw(near, style = "W")

globals <- function(style, lists) {
  moran <- lapply(c(FALSE, TRUE), function(random) moran.test(y, lists, randomisation = random)$estimate)
  geary <- lapply(c(FALSE, TRUE), function(random) geary.test(y, lists, randomisation = random)$estimate)
  general <- suppressWarnings(globalG.test(y, lists, B1correct = TRUE))$estimate
  joins <- joincount.multi(factor(marks), lists)
  data.frame(
    style = style,
    statistic = c("moran", "geary", "general_g", "neither", "both", "mixed"),
    value = c(moran[[1]][[1]], geary[[1]][[1]], general[[1]], joins[1:3, "Joincount"]),
    expected = c(moran[[1]][[2]], geary[[1]][[2]], general[[2]], joins[1:3, "Expected"]),
    variance = c(moran[[2]][[3]], geary[[2]][[3]], general[[3]], joins[1:3, "Variance"]),
    variance_normal = c(moran[[1]][[3]], geary[[1]][[3]], NA, NA, NA, NA)
  )
}
write.csv(rbind(globals(1, binary), globals(2, rows)), "spdep_globals.csv", row.names = FALSE)

# Gi* takes the place itself among its neighbors.
own <- nb2listw(include.self(near), style = "B")
own_rows <- nb2listw(include.self(near), style = "W")
# mlvar = FALSE divides by the variance over n - 1; the moments are those of the other, mlvar = TRUE.
value <- function(lists) localmoran(y, lists, mlvar = FALSE)[, "Ii"]
z_value <- function(lists) localmoran(y, lists, mlvar = TRUE, conditional = TRUE)[, "Z.Ii"]
# Only the counts: this version draws neighbors with replacement, which is not conditional permutation.
joins <- local_joincount_uni(factor(marks), "TRUE", binary, nsim = 9, iseed = 2020)
write.csv(data.frame(
  marked = as.integer(marks), neighbors = lengths(near),
  moran_binary = value(binary), moran_binary_z = z_value(binary), moran_rows = value(rows), moran_rows_z = z_value(rows),
  gi_binary = as.numeric(localG(y, binary)), gi_rows = as.numeric(localG(y, rows)),
  gi_star_binary = as.numeric(localG(y, own)), gi_star_rows = as.numeric(localG(y, own_rows)),
  joins = joins[["BB"]]
), "spdep_units.csv", row.names = FALSE)
