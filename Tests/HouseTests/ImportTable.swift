// The import table: which room may import what. README's module table says the same in words.

/// What one target may import: our own targets, and others' modules.
struct ImportRule {
    let ours: Set<String>
    let others: Set<String>
}

/// One row per target under Sources; a target without a row fails the tests.
let importTable: [String: ImportRule] = [
    "Traffic": ImportRule(ours: [], others: []),
    "Wire": ImportRule(ours: ["Traffic"], others: ["Collections"]),
    "Dialects": ImportRule(ours: ["Traffic"], others: ["Yams"]),
    "Sessions": ImportRule(ours: ["Traffic", "Dialects"], others: ["Collections"]),
    "Verdicts": ImportRule(ours: ["Traffic", "Dialects", "Sessions"], others: []),
    "PacketSources": ImportRule(
        ours: ["Traffic", "CPcap"],
        others: ["Foundation", "Glibc", "Logging", "Synchronization"]
    ),
    "BrokerLink": ImportRule(
        ours: ["Traffic", "CMosquitto"],
        others: ["Foundation", "Glibc", "Logging", "Subprocess", "Synchronization", "SystemPackage"]
    ),
    "DeviceSimulation": ImportRule(
        ours: ["Traffic", "Dialects", "BrokerLink"],
        others: [
            "AsyncHTTPClient", "Crypto", "Foundation", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix",
            "Synchronization",
        ]
    ),
    "FirmwareHost": ImportRule(
        ours: ["Traffic"],
        others: [
            "Crypto", "Foundation", "HTTPTypes", "Hummingbird", "Logging", "NIOCore", "NIOPosix",
            "ServiceLifecycle",
            "Synchronization",
        ]
    ),
    "Replay": ImportRule(ours: ["Traffic", "Dialects", "Sessions"], others: ["Collections", "Histogram"]),
    "Store": ImportRule(
        ours: ["Traffic", "Dialects", "Sessions", "Verdicts"],
        others: ["Foundation", "GRDB", "Logging", "Synchronization"]
    ),
    "Interchange": ImportRule(ours: ["Traffic", "Sessions", "Store"], others: ["Foundation"]),
    "Reports": ImportRule(
        ours: ["Traffic", "Sessions", "Verdicts", "Store"],
        others: ["Foundation", "Rainbow", "TextTable"]
    ),
    "Pipeline": ImportRule(
        ours: [
            "Traffic", "Wire", "Dialects", "Sessions", "Verdicts", "PacketSources", "BrokerLink",
            "DeviceSimulation",
            "FirmwareHost", "Replay", "Store", "Interchange", "Reports",
        ],
        others: [
            "Crypto", "Foundation", "Synchronization", "UnixSignals",
        ]
    ),
    "Commands": ImportRule(
        ours: ["Traffic", "Dialects", "Sessions", "Verdicts", "Store", "Interchange", "Reports", "Pipeline"],
        others: ["ArgumentParser", "Foundation", "Logging", "Synchronization"]
    ),
    "otatape": ImportRule(ours: ["Commands"], others: []),
]

/// The one file of Dialects that may import Yams.
let soleYamsImporters: Set<String> = ["Sources/Dialects/Dialect+Loading.swift"]

/// Modules of C libraries and the databases' wrapper, each with its one importer.
let soleImporters: [String: String] = ["CPcap": "PacketSources", "CMosquitto": "BrokerLink", "GRDB": "Store"]
