import HubService
import Localization
import NodeService
import ReplicaStore
import Replication

/// Where to look while the demonstration goes on running.
struct Directions {
    let chain: LocalChain
    let tills: [TillDoors.Till]
    let member: RecordID?

    func show(in story: Story) {
        let hub = chain.hubDirectory.path
        story.chapter(Phrase("It goes on running until Ctrl-C", "系统继续运行，按 Ctrl-C 结束"))
        story.say(
            Phrase(
                "Headquarters: \(LocalChain.host):\(chain.hub.port) (TLS), directory \(hub)",
                "总部：\(LocalChain.host):\(chain.hub.port)（TLS），目录 \(hub)"))
        for till in tills {
            let shop = till.shop
            story.say(
                Phrase(
                    "\(shop.code) \(shop.name): tills at http://\(LocalChain.host):\(till.port), "
                        + "directory \(shop.directory.path)",
                    "\(shop.code) \(shop.name)：收银机接口 http://\(LocalChain.host):\(till.port)，"
                        + "目录 \(shop.directory.path)"))
        }
        story.say(Phrase("In another terminal:", "请在另一个终端里试试："))
        for line in commands(hub) { story.show(line) }
    }

    private func commands(_ hub: String) -> [String] {
        let program = CommandLine.arguments.first ?? "branchline"
        let atHeadquarters =
            [
                "\(program) status --data \(hub)", "\(program) query \"select * from members\" --data \(hub)",
                "\(program) query \"select * from record_clocks\" --data \(hub)",
                "\(program) report liability --data \(hub)", "\(program) programme list --data \(hub)",
            ] + (member.map { ["\(program) points show \($0.hexadecimal) --data \(hub)"] } ?? [])
        guard let till = tills.first else { return atHeadquarters }
        return atHeadquarters + [
            "\(program) status --data \(till.shop.directory.path)",
            "curl -H 'Authorization: Bearer \(till.token)' "
                + "'http://\(LocalChain.host):\(till.port)/v1/members?phone=13800138000'",
        ]
    }
}
