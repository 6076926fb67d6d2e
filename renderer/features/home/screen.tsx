import { Answer } from "../../components/answer.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import type { HomeOverview } from "#shared/contract/rollouts.ts";
import { AttentionPanel } from "./attention-panel.tsx";
import { ChangesPanel } from "./changes-panel.tsx";
import { EmptyHome } from "./empty-state.tsx";
import classes from "./home.module.css";
import { MatrixPanel } from "./matrix-panel.tsx";
import { MovingPanel } from "./moving-panel.tsx";
import { SetupPanel } from "./setup-panel.tsx";
import { nextStep } from "./view-model.ts";

/** The first screen: what needs me now, what is moving, what changed, what runs where. */
export function Screen() {
  const home = useContractQuery(keys.home(), (client, signal) => client.home.overview(undefined, { signal }));
  return (
    <>
      <PageHeader title="Home" lead="What needs you, what is moving, what changed." />
      <Answer of={home} lines={8}>
        {(overview) => <HomePanels overview={overview} />}
      </Answer>
    </>
  );
}

function HomePanels({ overview }: { readonly overview: HomeOverview }) {
  const step = nextStep(overview.setup);
  const isFresh = !overview.setup.hasApplication && !overview.setup.hasFleet;
  if (isFresh) return <EmptyHome setup={overview.setup} />;
  return (
    <div className={classes["page"]}>
      {step !== undefined && <SetupPanel setup={overview.setup} />}
      <div className={classes["columns"]}>
        <div className={classes["column"]}>
          <AttentionPanel attention={overview.attention} />
          <MovingPanel moving={overview.moving} />
          <MatrixPanel fleets={overview.matrix} />
        </div>
        <ChangesPanel changes={overview.changes} />
      </div>
    </div>
  );
}
