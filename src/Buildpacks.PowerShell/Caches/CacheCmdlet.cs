using System.Globalization;
using System.Management.Automation;
using Buildpacks.Caches;
using Buildpacks.Commands.Completion;

namespace Buildpacks.Commands;

/// <summary>The base class of cmdlets for the caches of builds.</summary>
public abstract class CacheCmdlet : EngineCmdlet
{
    /// <summary>Names of images whose builds use the caches. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ImageNameTransformation]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string[]? ImageName { get; set; }

    /// <summary>Only caches that no build has used for this time. A number is a number of days.</summary>
    [Parameter]
    [AgeTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>Only caches that are larger than this, in bytes, such as 500MB.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public long? LargerThan { get; set; }

    /// <summary>Only caches of images that do not exist any more.</summary>
    [Parameter]
    public SwitchParameter Orphaned { get; set; }

    /// <summary>The names of an input object; those that are empty name no image.</summary>
    private protected IReadOnlyList<string> Names => [.. (ImageName ?? []).Where(name => !string.IsNullOrEmpty(name))];

    /// <summary>What the parameters select.</summary>
    /// <param name="names">The names.</param>
    private protected CacheFilter Filter(IReadOnlyList<string> names) => new([.. names.Distinct()], OlderThan, LargerThan, Orphaned);

    /// <summary>Finds the caches on the engine of <see cref="EngineCmdlet.Choice"/>. A name without a cache becomes a non-terminating error.</summary>
    private protected IReadOnlyList<PackCache> Find(IReadOnlyList<string> names)
    {
        CacheFilter filter;
        try
        {
            filter = Filter(names);
        }
        catch (PackException failure)
        {
            ThrowFailure(failure);
            throw;
        }

        if (!TryRunOnEngine(
                async (located, _, cancellationToken) => (located.Engine.Kind, Caches: await CacheCatalog.ListAsync(located.Engine, filter.WantsImage, cancellationToken)), names, out var found))
        {
            return [];
        }

        foreach (var failure in filter.Missing(found.Caches, found.Kind))
        {
            WriteFailure(failure);
        }

        return [.. found.Caches.Where(filter.Wants)];
    }
}

/// <summary>Takes a number for a number of days. PowerShell takes it for a number of 100 nanoseconds.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AgeTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Turns a number into a time.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was typed.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">The time is negative or too long.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            return PipedValue.Unwrap(inputData) switch
            {
                int days => Checked(TimeSpan.FromDays(days)),
                long days => Checked(TimeSpan.FromDays(days)),
                double days => Checked(TimeSpan.FromDays(days)),
                string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var days) => Checked(TimeSpan.FromDays(days)),
                string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var age) => Checked(age),
                TimeSpan age => Checked(age),
                _ => inputData,
            };
        }
        catch (Exception exception) when (exception is OverflowException or ArgumentException)
        {
            throw new ArgumentTransformationMetadataException("The time is too long.", exception);
        }
    }

    private static TimeSpan Checked(TimeSpan age) =>
        age >= TimeSpan.Zero ? age : throw new ArgumentTransformationMetadataException("The time is negative.");
}
