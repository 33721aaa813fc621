using Microsoft.Extensions.Logging;
using OpsDashboard.Live;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Live;

public sealed class LookingHostTests
{
    readonly FakeTimeProvider clock = new();
    readonly Faults faults = new();

    [Fact]
    public async Task Look_HappensAtOnce_EachPace_AndWhenWoken()
    {
        using var host = new Counting(clock, faults);
        await host.StartAsync(default);
        await host.LooksAsync(1);
        clock.Advance(TimeSpan.FromSeconds(1));
        await host.LooksAsync(2);
        host.Shake();
        await host.LooksAsync(3);
        await host.StopAsync(default).WaitAsync(Patience.Limit);
        Assert.Empty(faults.Said);
    }

    [Fact]
    public async Task Fault_IsSaidOnce_AndAgainAfterALookThatWentWell()
    {
        using var host = new Counting(clock, faults);
        var thrown = new Exception?[] { new TimeoutException("away"), new TimeoutException("away"), new TaskCanceledException("late"), null, new TimeoutException("away"), null };
        host.Next = look => look <= thrown.Length && thrown[look - 1] is { } fault ? throw fault : Task.CompletedTask;
        await host.StartAsync(default);
        for (var look = 1; look < thrown.Length; look++)
        {
            await host.LooksAsync(look);
            host.Shake();
        }
        await host.LooksAsync(thrown.Length);
        await host.StopAsync(default).WaitAsync(Patience.Limit);
        Assert.Equal(["away", "late", "away"], faults.Said);
    }

    sealed class Counting(TimeProvider clock, ILogger log) : LookingHost("Nothing could be counted", TimeSpan.FromSeconds(1), clock, log)
    {
        readonly SemaphoreSlim looked = new(0);
        int begun, seen;

        public Func<int, Task> Next { get; set; } = _ => Task.CompletedTask;

        public void Shake() => Wake();

        public async Task LooksAsync(int count)
        {
            for (; seen < count; seen++)
                Assert.True(await looked.WaitAsync(Patience.Limit));
        }

        protected internal override Task LookAsync(CancellationToken stop)
        {
            looked.Release();
            return Next(++begun);
        }
    }

    sealed class Faults : ILogger
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Said.Add(exception!.Message);
    }
}
