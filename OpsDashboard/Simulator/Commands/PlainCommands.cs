using System.Globalization;

namespace OpsDashboard.Simulator.Commands;

/// <summary>What every machine has.</summary>
static class PlainCommands
{
    const double LongestSleep = 86400;
    const int MostNumbers = 1_000_000;

    public static async Task<int> EchoAsync(SimulatedCommand command)
    {
        await command.OutAsync(string.Join(' ', command.Arguments));
        return 0;
    }

    public static async Task<int> PrintEnvironmentAsync(SimulatedCommand command)
    {
        foreach (var (name, value) in command.Environment)
            await command.OutAsync($"{name}={value}");
        return 0;
    }

    public static async Task<int> SequenceAsync(SimulatedCommand command)
    {
        if (command.Arguments is not [var text] || !int.TryParse(text, CultureInfo.InvariantCulture, out var most) || most is < 1 or > MostNumbers)
            return await command.FailAsync(1, $"seq: invalid argument: '{string.Join(' ', command.Arguments)}'");
        for (var number = 1; number <= most; number++)
            await command.OutAsync(number.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    public static async Task<int> SleepAsync(SimulatedCommand command)
    {
        if (command.Arguments is not [var text] || !double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) || !(seconds is >= 0 and <= LongestSleep))
            return await command.FailAsync(1, $"sleep: invalid time interval '{string.Join(' ', command.Arguments)}'");
        await command.PauseAsync(seconds);
        return 0;
    }
}
