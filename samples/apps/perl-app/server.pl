use strict;
use warnings;
use IO::Socket::INET;
use Samples::Greeting;

# One request after the other: enough for a sample.
my $port = $ENV{PORT};
my $server = IO::Socket::INET->new(LocalPort => $port, Listen => 16, ReuseAddr => 1)
    or die "Cannot listen on port $port: $!\n";
$SIG{TERM} = $SIG{INT} = sub { exit 0 };
$| = 1;
print "Serving on port $port\n";

while (my $client = $server->accept) {
    my $request = <$client> // '';
    while (defined(my $header = <$client>)) { last if $header =~ /^\r?\n$/ }
    my $body = Samples::Greeting::text() . "\n";
    print $client "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n$body";
    close $client;
    print $request =~ s/\s+$//r, "\n";
}
