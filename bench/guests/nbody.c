/* nbody.c: planets under gravitation, in double precision. */
#include <math.h>
#include <stdio.h>

#define BODIES 5
#define STEPS 100000

struct body {
	double x[3], v[3], mass;
};

static struct body bodies[BODIES] = {
	{{0, 0, 0}, {0, 0, 0}, 39.47841760435743},
	{{4.84143144246472090, -1.16032004402742839, -0.10362204447112311},
	 {0.60632639299583202, 2.81198684491626016, -0.02521836165988763},
	 0.03769367487038949},
	{{8.34336671824457987, 4.12479856412430479, -0.40352341711432138},
	 {-1.01077434617879236, 1.82566237123041186, 0.00841576137658415},
	 0.01128632613196877},
	{{12.8943695621391310, -15.1111514016986312, -0.22330757889265573},
	 {1.08279100644153536, 0.86871301816960822, -0.01083263740136364},
	 0.00172372405705971},
	{{15.3796971148509165, -25.9193146099879641, 0.17925877295037118},
	 {0.97909073224389798, 0.59469899864767617, -0.03475595555078104},
	 0.00203368686992463},
};

static void advance(double dt)
{
	for (int i = 0; i < BODIES; i++) {
		for (int j = i + 1; j < BODIES; j++) {
			double d[3], square = 0, magnitude;

			for (int k = 0; k < 3; k++) {
				d[k] = bodies[i].x[k] - bodies[j].x[k];
				square += d[k] * d[k];
			}
			magnitude = dt / (square * sqrt(square));
			for (int k = 0; k < 3; k++) {
				bodies[i].v[k] -= d[k] * bodies[j].mass * magnitude;
				bodies[j].v[k] += d[k] * bodies[i].mass * magnitude;
			}
		}
	}
	for (int i = 0; i < BODIES; i++)
		for (int k = 0; k < 3; k++)
			bodies[i].x[k] += dt * bodies[i].v[k];
}

int main(void)
{
	double energy = 0;

	for (int i = 0; i < STEPS; i++)
		advance(0.01);
	for (int i = 0; i < BODIES; i++)
		for (int k = 0; k < 3; k++)
			energy += 0.5 * bodies[i].mass * bodies[i].v[k] * bodies[i].v[k];
	printf("%.9f\n", energy);
	return 0;
}
