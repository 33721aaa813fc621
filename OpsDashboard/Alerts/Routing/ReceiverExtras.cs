using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Alerts.Routing;

/// <summary>What this program knows beyond Alertmanager: further methods of its receivers, and who is told when one is not reached.</summary>
/// <param name="Fallback">The receiver that is told when another one is not reached within a minute and names no next; null: nobody.</param>
sealed record ReceiverExtras(string? Fallback, IReadOnlyDictionary<string, Receiver> Receivers)
{
    public RoutingTable Over(RoutingTable table) => table with
    {
        Receivers = table.Receivers.Values.Select(receiver =>
        {
            var extra = Receivers.GetValueOrDefault(receiver.Name);
            var next = extra?.Next ?? Fallback;
            return receiver with { Methods = [.. receiver.Methods, .. extra?.Methods ?? []], Next = next == receiver.Name || next is null || !table.Receivers.ContainsKey(next) ? null : next };
        }).ToDictionary(receiver => receiver.Name),
    };
}

/// <summary>Reads <c>alertmanager.ops.yml</c>, keyed by the receivers of <c>alertmanager.yml</c>: Alertmanager refuses unknown keys in its own file.</summary>
sealed class ReceiverExtrasFile : IRootDocument
{
    public string FileName => "alertmanager.ops.yml";

    public Type DocumentType => typeof(ReceiverExtras);

    public object Read(YamlMap root, IReadOnlyDictionary<Type, object> before)
    {
        var known = before.TryGetValue(typeof(RoutingTable), out var table) ? ((RoutingTable)table).Receivers : RoutingTable.Default.Receivers;
        var fallback = Name(root, "fallback", known);
        var receivers = new Dictionary<string, Receiver>();
        foreach (var entry in root.Maps("receivers"))
        {
            var name = Name(entry, "name", known) ?? "";
            var next = Name(entry, "next", known);
            if (next is not null && next == name)
                entry.Report("next", $"`{name}` is its own next receiver.", "Name another one.");
            var methods = new List<Method>(entry.Maps("hooks").Select(Hook));
            if (entry.Flag("push") == true)
                methods.Add(new PushMethod());
            if (entry.Flag("in_app") == true)
                methods.Add(new InAppMethod());
            entry.RejectUnknownKeys();
            if (name.Length > 0 && !receivers.TryAdd(name, new(name, methods, next, entry.Line)))
                entry.Report("name", $"The receiver `{name}` stands here twice.", "Keep one of them.");
        }
        return new ReceiverExtras(fallback, receivers);
    }

    static string? Name(YamlMap map, string key, IReadOnlyDictionary<string, Receiver> known)
    {
        var name = key == "name" ? map.Required(key) : map.Text(key);
        if (!string.IsNullOrEmpty(name) && !known.ContainsKey(name))
            map.Report(key, $"There is no receiver `{name}` in alertmanager.yml.", $"Use one of {string.Join(", ", known.Keys)}.");
        return string.IsNullOrEmpty(name) ? null : name;
    }

    static HookMethod Hook(YamlMap map)
    {
        var hook = new HookMethod(map.Choice<HookPreset>("preset") ?? HookPreset.Generic, ReceiverFile.Address(map, "url"), Source(map, "url"), Source(map, "secret"), Source(map, "token"), map.Text("to") ?? "", map.Integer("max_alerts") ?? 0)
        {
            SendsResolved = map.Flag("send_resolved") ?? true,
        };
        if (hook.Url.Length == 0 && hook.SecretUrl == SecretSource.None)
            map.Report("url", "The hook has no address.", "Add `url:`, or `url_env:` or `url_file:` where it is a secret.");
        if (hook.Preset is HookPreset.Sms or HookPreset.Voice && hook.To.Length == 0)
            map.Report("to", $"A hook with `preset: {hook.Preset.ToString().ToLowerInvariant()}` needs a number.", "Add `to: \"+49…\"`.");
        map.RejectUnknownKeys();
        return hook;
    }

    static SecretSource Source(YamlMap map, string name)
    {
        var (variable, file) = (map.Text($"{name}_env"), map.Text($"{name}_file"));
        return string.IsNullOrEmpty(variable) && string.IsNullOrEmpty(file) ? SecretSource.None : new(string.IsNullOrEmpty(variable) ? null : variable, string.IsNullOrEmpty(file) ? null : file);
    }
}
