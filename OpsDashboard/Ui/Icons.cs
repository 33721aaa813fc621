namespace OpsDashboard.Ui;

/// <summary>One icon: path data on a 16 × 16 field, drawn as a line or filled.</summary>
public readonly record struct IconShape(string Path, bool Solid = false);

/// <summary>The icon set. Add a line to add an icon; <see cref="Icon"/> draws it.</summary>
public static class Icons
{
    static readonly Dictionary<string, IconShape> Table = new()
    {
        ["brand"] = new("M1 9h2.6l2.2-6 3.6 11L11.9 8H15"),
        ["dot"] = new("M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z", true),
        ["overview"] = new("M2 2.5h5v5H2zM9 2.5h5v5H9zM2 9.5h5v4H2zM9 9.5h5v4H9z"),
        ["system"] = new("M2 3h12v4H2zM2 9h12v4H2zM4.5 5h.1M4.5 11h.1"),
        ["metrics"] = new("M2 2v12h12M4.5 10l3-4 2.5 2.5L14 4"),
        ["collectors"] = new("M8 2v7M5 6.5L8 9.5l3-3M2 10v3.5h12V10"),
        ["kpi"] = new("M2 14h12M3.5 14V9M8 14V3M12.5 14V6"),
        ["target"] = new("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z"),
        ["catalogue"] = new("M3 2h8.5A1.5 1.5 0 0 1 13 3.5V14H4.5A1.5 1.5 0 0 1 3 12.5zM3 12.5A1.5 1.5 0 0 1 4.5 11H13M6 5h4"),
        ["logs"] = new("M2.5 3h11M2.5 6.5h7M2.5 10h11M2.5 13.5h5"),
        ["audit"] = new("M4 1.5h6l3 3v10H4zM10 1.5v3h3M6.5 8h4M6.5 11h4"),
        ["accounts"] = new("M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M11 3a2.2 2.2 0 0 1 0 4.3M12.5 9.8c1.3.6 2 1.9 2 3.7"),
        ["simulator"] = new("M6 1.5h4M7 1.5v4L2.8 12.5A1 1 0 0 0 3.7 14h8.6a1 1 0 0 0 .9-1.5L9 5.5v-4M4.5 10h7"),
        ["settings"] = new("M2 4.5h6M11 4.5h3M2 11.5h3M8 11.5h6M8 3v3M5 10v3"),
        ["more"] = new("M3 8h.1M8 8h.1M13 8h.1"),
        ["search"] = new("M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.5 10.5L14 14"),
        ["theme"] = new("M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12"),
        ["person"] = new("M8 7.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM2.5 14c0-3 2.5-4.5 5.5-4.5s5.5 1.5 5.5 4.5"),
        ["sign-out"] = new("M6 2.5H3v11h3M10 5l3 3-3 3M13 8H6.5"),
        ["sign-in"] = new("M10 2.5h3v11h-3M6 5l3 3-3 3M9 8H2.5"),
        ["critical"] = new("M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z", true),
        ["warning"] = new("M8 2.2L14.5 13.5h-13z", true),
        ["unknown"] = new("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M6.3 6.3a1.8 1.8 0 1 1 2.4 1.9c-.5.2-.7.5-.7 1M8 11.4v.1"),
        ["maintenance"] = new("M10 2.5a3.5 3.5 0 0 0-3.3 4.7L2.5 11.4l2.1 2.1 4.2-4.2A3.5 3.5 0 0 0 13.5 6l-2 1.5-2.2-.8-.8-2.2z"),
        ["ok"] = new("M3 8.5l3.5 3.5L13 4.5"),
        ["deployment"] = new("M8 2l6 6-6 6-6-6z", true),
        ["automation"] = new("M13.5 8a5.5 5.5 0 1 1-1.6-3.9M13.5 1.5v3h-3M6.5 5.5l4 2.5-4 2.5z"),
        ["runbook"] = new("M3.5 2h9v12h-9zM6 5.5l3.5 2.3L6 10zM6 12h4"),
        ["run"] = new("M5 3l8 5-8 5z", true),
        ["pause"] = new("M5.5 3.5v9M10.5 3.5v9"),
        ["wait"] = new("M4 2h8M4 14h8M5 2c0 4 6 4 6 8v4M11 2c0 4-6 4-6 8v4"),
        ["edit"] = new("M3 13l1-3 7-7 2 2-7 7z"),
        ["flag"] = new("M4 14V2M4 3h8l-2 3 2 3H4"),
        ["add"] = new("M8 3v10M3 8h10"),
        ["close"] = new("M4 4l8 8M12 4l-8 8"),
        ["delete"] = new("M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4"),
        ["copy"] = new("M5.5 5.5h8v8h-8zM5.5 10.5h-3v-8h8v3"),
        ["download"] = new("M8 2v8M5 7.5l3 3 3-3M2.5 13.5h11"),
        ["print"] = new("M4.5 6V2h7v4M4.5 11h-2V6h11v5h-2M4.5 9h7v5h-7z"),
        ["link"] = new("M6.5 9.5l3-3M7 4.5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5L7.5 13a2.8 2.8 0 0 1-4-4L5 7.5"),
        ["open"] = new("M6 3h7v7M13 3L5.5 10.5M9 13H3V7"),
        ["pin"] = new("M6 2h4l-.5 4 2.5 2.5H4L6.5 6zM8 8.5V14"),
        ["refresh"] = new("M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5"),
        ["clock"] = new("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.5V8l2.5 1.5"),
        ["bell"] = new("M8 2a4 4 0 0 0-4 4c0 4-1.5 5-1.5 5h11S12 10 12 6a4 4 0 0 0-4-4zM6.5 13.5a1.6 1.6 0 0 0 3 0"),
        ["fault"] = new("M9 1.5L3 9h4.5L6.5 14.5 13 7H8.5z"),
        ["database"] = new("M2.5 4c0-1.2 2.5-2 5.5-2s5.5.8 5.5 2-2.5 2-5.5 2-5.5-.8-5.5-2zM2.5 4v8c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2V4M2.5 8c0 1.2 2.5 2 5.5 2s5.5-.8 5.5-2"),
        ["shield"] = new("M8 1.5l5.5 2v4c0 3.4-2.2 5.8-5.5 7-3.3-1.2-5.5-3.6-5.5-7v-4z"),
        ["key"] = new("M5.5 7.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7.7 8.3L13.5 2.5M11 5l2 2"),
        ["filter"] = new("M2 3h12L9.5 8.5V13l-3 1V8.5z"),
        ["right"] = new("M6 3.5L10.5 8 6 12.5"),
        ["down"] = new("M3.5 6L8 10.5 12.5 6"),
        ["keyboard"] = new("M1.5 4h13v8h-13zM4 6.5h.1M7 6.5h.1M10 6.5h.1M12 6.5h.1M4.5 9.5h7"),
        ["mail"] = new("M2 3.5h12v9H2zM2 4l6 5 6-5"),
        ["chat"] = new("M2 3h12v8H7l-3 2.5V11H2z"),
        ["box"] = new("M3 3h10v10H3z"),
        ["screen"] = new("M2 3h12v8H2zM6 14h4M8 11v3"),
    };

    /// <summary>The icon, or a dot where the name is unknown: a missing picture must not take a page down.</summary>
    public static IconShape Find(string name) => Table.TryGetValue(name, out var icon) ? icon : Table["dot"];

    public static IReadOnlyCollection<string> Names => Table.Keys;
}
