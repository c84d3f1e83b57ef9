/* beta.h: the Beta distribution: what few observations allow to be said of a share. Pure. */
#ifndef KEPT_BASE_BETA_H
#define KEPT_BASE_BETA_H

/* The regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) lies below x. a, b > 0;
 * x outside 0 to 1 is taken for the nearer end. Good to about 1e-12. */
double beta_below(double x, double a, double b);
/* The x with I_x(a, b) = p. */
double beta_quantile(double p, double a, double b);

#endif
