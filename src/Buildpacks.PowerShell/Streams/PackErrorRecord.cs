using System.Management.Automation;

namespace Buildpacks.Commands.Streams;

/// <summary>Turns failures into what PowerShell shows and scripts match on.</summary>
internal static class PackErrorRecord
{
    // From here on PowerShell's error view ends with the recommended action by itself.
    private static readonly Version ShowsNextStep = new(7, 5);

    /// <summary>The error record of a failure.</summary>
    /// <param name="failure">The failure; its id becomes the first part of <c>FullyQualifiedErrorId</c>.</param>
    /// <param name="target">What it is about, unless the failure says so itself.</param>
    public static ErrorRecord Create(Exception failure, object? target) => Create(failure, target, typeof(ErrorRecord).Assembly.GetName().Version!);

    /// <summary>The error record of a failure, for a version of PowerShell.</summary>
    internal static ErrorRecord Create(Exception failure, object? target, Version powerShell)
    {
        if (failure is not PackException known)
        {
            return new ErrorRecord(failure, PackErrorIds.UnexpectedFailure, ErrorCategory.NotSpecified, target);
        }

        var shown = known.RecommendedAction is { } action && powerShell < ShowsNextStep ? $"{known.Message}\n{action}" : known.Message;
        return new ErrorRecord(known, known.ErrorId, Category(known.Kind), target ?? known.Target)
        {
            ErrorDetails = new ErrorDetails(shown) { RecommendedAction = known.RecommendedAction },
        };
    }

    private static ErrorCategory Category(PackErrorKind kind) => kind switch
    {
        PackErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        PackErrorKind.Conflict => ErrorCategory.ResourceExists,
        PackErrorKind.Unauthorized => ErrorCategory.AuthenticationError,
        PackErrorKind.Unreachable => ErrorCategory.ConnectionError,
        PackErrorKind.Unsupported => ErrorCategory.NotImplemented,
        PackErrorKind.InvalidInput => ErrorCategory.InvalidArgument,
        PackErrorKind.NoSpace => ErrorCategory.LimitsExceeded,
        _ => ErrorCategory.OperationStopped,
    };
}
