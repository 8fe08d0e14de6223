namespace Buildpacks.Reporting;

/// <summary>Adds up what several transfers report, each of which reports the bytes of it alone so far. They may be at work at once.</summary>
/// <param name="total">Told the sum.</param>
internal sealed class SummedProgress(IProgress<long> total)
{
    private long _sum;

    /// <summary>The progress of one more transfer.</summary>
    public IProgress<long> Next() => new Part(this);

    private sealed class Part(SummedProgress whole) : IProgress<long>
    {
        private long _last;

        public void Report(long value)
        {
            var added = value - Interlocked.Exchange(ref _last, value);
            whole.Report(added);
        }
    }

    private void Report(long added) => total.Report(Interlocked.Add(ref _sum, added));
}
