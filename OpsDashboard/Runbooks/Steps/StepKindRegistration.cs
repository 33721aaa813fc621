namespace OpsDashboard.Runbooks.Steps;

public static class StepKindRegistration
{
    /// <summary>One kind of step: the reader of its keys and who carries it out.</summary>
    public static IServiceCollection AddStepKind<T>(this IServiceCollection services) where T : class, IStepExecutor, IStepKind => services
        .AddSingleton<T>()
        .AddSingleton<IStepExecutor>(provider => provider.GetRequiredService<T>())
        .AddSingleton<IStepKind>(provider => provider.GetRequiredService<T>());
}

/// <summary>The executors by kind. Thread-safe.</summary>
public sealed class StepExecutors(IEnumerable<IStepExecutor> executors)
{
    readonly Dictionary<string, IStepExecutor> byKind = executors.ToDictionary(executor => executor.Kind);

    public IStepExecutor Of(StepSpec step) => byKind[step.Kind];
}
