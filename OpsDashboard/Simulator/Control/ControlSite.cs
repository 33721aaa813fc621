using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Hosting;
using OpsDashboard.Simulator.Systems;

namespace OpsDashboard.Simulator.Control;

/// <summary>
/// The loopback address at which the simulated systems are broken, restarted, scaled and deployed. It wants the token of this run, so that
/// a web page in somebody's browser cannot reach it.
/// </summary>
sealed class ControlSite(Fleet fleet, string token, TimeProvider clock)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    readonly byte[] expected = Encoding.ASCII.GetBytes($"Bearer {token}");

    public Site Build() => new Site(new(), AllowAsync)
        .Get("/simulator", context => context.Json(Everything()))
        .Map("POST", "/simulator/stop", context => SwitchAsync(context, on: false))
        .Map("POST", "/simulator/start", context => SwitchAsync(context, on: true))
        .Get("/systems/{id}", Of((context, system) => context.Json(Describe(system))))
        .Get("/systems/{id}/faults", Of((context, system) => context.Json(Faults(system))))
        .Map("POST", "/systems/{id}/faults", Of(InjectAsync))
        .Map("DELETE", "/systems/{id}/faults", Of((context, system) => EndAsync(context, system, null)))
        .Map("DELETE", "/systems/{id}/faults/{kind}", Of(EndOneAsync))
        .Map("POST", "/systems/{id}/commands", Of(CommandAsync))
        .Map("POST", "/systems/{id}/restart", Of(RestartAsync))
        .Map("POST", "/systems/{id}/scale", Of(ScaleAsync))
        .Map("POST", "/systems/{id}/flags", Of(FlagAsync))
        .Map("POST", "/systems/{id}/deploy", Of(DeployAsync))
        .Map("POST", "/systems/{id}/rollback", Of(RollBackAsync));

    async Task<bool> AllowAsync(HttpContext context)
    {
        if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(context.Request.Headers.Authorization.ToString()), expected))
            return true;
        await context.Json(new { error = "The control token is missing or wrong." }, StatusCodes.Status401Unauthorized);
        return false;
    }

    Answer Of(Func<HttpContext, SimulatedSystem, Task> answer) => context =>
        fleet.Find(context.Request.RouteValues["id"] as string) is { } system
            ? answer(context, system)
            : context.Json(new { error = $"There is no simulated system {context.Request.RouteValues["id"]}." }, StatusCodes.Status404NotFound);

    async Task InjectAsync(HttpContext context, SimulatedSystem system)
    {
        if (await ReadAsync<FaultOrder>(context) is not { } order)
            return;
        var problems = order.Problems(system).ToList();
        if (problems.Count > 0)
        {
            await RefuseAsync(context, problems);
            return;
        }
        var kind = FaultCatalogue.Find(order.Kind)!.Value;
        system.Faults.Start(kind, order.Value ?? FaultCatalogue.All[kind].Default, TimeSpan.FromSeconds(order.Seconds ?? FaultCatalogue.DefaultSeconds));
        await fleet.ReconcileAsync(context.RequestAborted);
        await context.Json(Faults(system), StatusCodes.Status201Created);
    }

    async Task SwitchAsync(HttpContext context, bool on)
    {
        await fleet.SwitchAsync(on, context.RequestAborted);
        await context.Json(Everything());
    }

    Task EndOneAsync(HttpContext context, SimulatedSystem system)
    {
        var name = context.Request.RouteValues["kind"] as string;
        return FaultCatalogue.Find(name) is { } kind
            ? EndAsync(context, system, kind)
            : RefuseAsync(context, [new("kind", $"{name} is not a fault.")]);
    }

    async Task EndAsync(HttpContext context, SimulatedSystem system, FaultKind? kind)
    {
        system.Faults.End(kind);
        await fleet.ReconcileAsync(context.RequestAborted);
        await context.Json(Faults(system));
    }

    async Task CommandAsync(HttpContext context, SimulatedSystem system)
    {
        if (await ReadAsync<CommandOrder>(context) is not { } order)
            return;
        if (order.IsComplete)
            await CommandSite.RunAsync(context, fleet, system, order, clock);
        else
            await RefuseAsync(context, [new("argv", "Give the program and its arguments as a list of texts.")]);
    }

    async Task RestartAsync(HttpContext context, SimulatedSystem system)
    {
        await fleet.RestartAsync(system, context.RequestAborted);
        await context.Json(Describe(system));
    }

    async Task ScaleAsync(HttpContext context, SimulatedSystem system)
    {
        if (await ReadAsync<ScaleOrder>(context) is not { } order)
            return;
        if (order.Replicas is not (>= 1 and <= 20))
        {
            await RefuseAsync(context, [new("replicas", "Give a whole number from 1 to 20.")]);
            return;
        }
        lock (system.Gate)
            system.Machine.Replicas = order.Replicas.Value;
        await context.Json(Describe(system));
    }

    async Task FlagAsync(HttpContext context, SimulatedSystem system)
    {
        if (await ReadAsync<FlagOrder>(context) is not { } order)
            return;
        if (order.Name is not { Length: > 0 and <= 60 } name || order.On is not { } on)
        {
            await RefuseAsync(context, [new("name", "Give the name of a flag and on: true or false.")]);
            return;
        }
        lock (system.Gate)
            system.Flags[name] = on;
        await context.Json(Describe(system));
    }

    async Task DeployAsync(HttpContext context, SimulatedSystem system)
    {
        if (await ReadAsync<DeployOrder>(context) is not { } order)
            return;
        if (order.Version is not { Length: > 0 and <= 40 } version || !version.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-'))
        {
            await RefuseAsync(context, [new("version", "Give a version of at most 40 letters, digits, dots and dashes.")]);
            return;
        }
        lock (system.Gate)
        {
            system.EarlierVersions.Push(system.Machine.Version);
            system.Machine.Version = version;
        }
        await RestartAsync(context, system);
    }

    async Task RollBackAsync(HttpContext context, SimulatedSystem system)
    {
        lock (system.Gate)
        {
            if (system.EarlierVersions.TryPop(out var version))
                system.Machine.Version = version;
            else
                context.Response.StatusCode = StatusCodes.Status409Conflict;
        }
        if (context.Response.StatusCode == StatusCodes.Status409Conflict)
            await context.Json(new { error = "There is no earlier version." }, StatusCodes.Status409Conflict);
        else
            await RestartAsync(context, system);
    }

    async Task<T?> ReadAsync<T>(HttpContext context) where T : class
    {
        try
        {
            var order = await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted);
            if (order is not null)
                return order;
        }
        catch (JsonException)
        {
            // answered below like a body that is null
        }
        await RefuseAsync(context, [new("", "The body is not the JSON that is expected here.")]);
        return null;
    }

    static Task RefuseAsync(HttpContext context, IReadOnlyList<OrderProblem> problems) =>
        context.Json(new { errors = problems.Select(problem => new { field = problem.Field, message = problem.Message }) }, StatusCodes.Status400BadRequest);

    object Everything() => new
    {
        isOff = fleet.IsOff,
        systems = fleet.Systems.Select(Describe),
        kinds = FaultCatalogue.All.Values.Select(kind => new { kind = kind.Name, text = kind.Text, unit = kind.Unit, @default = kind.Default, least = kind.Least, most = kind.Most }),
    };

    IEnumerable<object> Faults(SimulatedSystem system) => system.Faults.InForce().Select(fault => new
    {
        kind = FaultCatalogue.Name(fault.Kind),
        value = fault.Value,
        startedAt = fault.StartedAt.UtcDateTime,
        endsAt = fault.EndsAt.UtcDateTime,
        secondsLeft = Math.Max(0, Math.Round((fault.EndsAt - clock.GetUtcNow()).TotalSeconds, 1)),
    });

    object Describe(SimulatedSystem system)
    {
        lock (system.Gate)
        {
            return new
            {
                id = system.Id,
                name = system.Name,
                running = system.IsRunning,
                page = system.PageUrl,
                version = system.Machine.Version,
                replicas = system.Machine.Replicas,
                startedAt = system.Machine.StartedAt.UtcDateTime,
                flags = new Dictionary<string, bool>(system.Flags),
                faults = Faults(system).ToList(),
                kinds = Enum.GetValues<FaultKind>().Where(system.Knows).Select(FaultCatalogue.Name),
            };
        }
    }
}
