// stats/fleet: evidence that may begin at any window: a mixture of one product for each window at which a change may have come.
// Formula: the product that begins with window j has the weight 1/(j (j+1)); the weights of those still to come sum to 1/(windows + 1). One number holds all
// that have begun: S <- (S + 1/(T (T+1))) * factor. Where every factor has an expectation of at most 1 given the past, S + 1/(T+1) is an e-process:
// its expectation is at most 1 at every time, and it ever reaches 1/a with a probability of at most a (J. Ville, 1939). So windows that come late, or never,
// change what it knows and not what it promises. Complexity: O(1) a window.
// Source: V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World, 2nd edition, 2022, 8.4; A. Ramdas et al., Statistical Science 38(4), 2023.

/** log of the weight of a product that begins with window `number`, from 1. */
export const logRestart = (number: number): number => -Math.log(number * (number + 1));

/** log of what those that have not begun weigh after `windows` windows. */
export const logUnbegun = (windows: number): number => -Math.log(windows + 1);
