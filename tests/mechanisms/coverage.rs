//! Every class of drugs and every trait that acts is at work in a scenario that comes with the program.
