package Samples::Greeting;

use strict;
use warnings;

sub text { return sprintf 'Hello from Perl %vd', $^V }

1;
