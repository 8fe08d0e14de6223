using Buildpacks.Host;

var (invocation, problem) = HostInvocation.Parse(args);
if (invocation is null)
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(HostInvocation.Usage);
    return ExitCodes.Usage;
}

using var session = new HostSession();
return session.Run(invocation);
