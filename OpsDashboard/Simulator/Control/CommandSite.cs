using System.Text.Encodings.Web;
using System.Text.Json;
using OpsDashboard.Simulator.Commands;
using OpsDashboard.Simulator.Systems;

namespace OpsDashboard.Simulator.Control;

sealed record CommandOrder(IReadOnlyList<string>? Argv, IReadOnlyDictionary<string, string>? Environment)
{
    const int MostArguments = 200;

    public bool IsComplete => Argv is { Count: > 0 and <= MostArguments } && Argv.All(argument => argument is not null) && Argv[0].Length > 0;
}

/// <summary>
/// Runs a command on a simulated machine and tells its output as it comes: one JSON object a line, <c>{"out":…}</c>, <c>{"err":…}</c>, and at the end
/// <c>{"exit":0}</c>. Whoever closes the connection kills the command.
/// </summary>
static class CommandSite
{
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task RunAsync(HttpContext context, Fleet fleet, SimulatedSystem system, CommandOrder order, TimeProvider clock)
    {
        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync(context.RequestAborted);
        var command = new SimulatedCommand(fleet, system, order.Argv!, order.Environment ?? new Dictionary<string, string>(), clock, (line, isError) => WriteAsync(context, isError ? "err" : "out", line), context.RequestAborted);
        var exit = await CommandTable.RunAsync(command);
        await WriteAsync(context, "exit", exit);
    }

    static async Task WriteAsync(HttpContext context, string name, object value)
    {
        await context.Response.WriteAsync(JsonSerializer.Serialize(new Dictionary<string, object> { [name] = value }, Json) + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
