package classify

// TrainOptions steer the trainer. The zero value of a field means its default.
type TrainOptions struct {
	Epochs    int     // passes over the examples
	Rate      float64 // first step size, falling linearly to zero
	Decay     float64 // pull of every weight towards zero
	Also      float64 // share of the target that the also-labels get
	Smoothing float64 // share of the target spread over all classes
}
