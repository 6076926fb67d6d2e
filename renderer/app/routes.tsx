import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from "react";
import { Route, Switch } from "wouter";
import { ScreenBoundary } from "./screen-boundary.tsx";
import { NotFoundScreen } from "./not-found-screen.tsx";
import { ScreenSkeleton } from "./screen-skeleton.tsx";

type ScreenModule = { readonly Screen: ComponentType };

const MODULES = import.meta.glob<ScreenModule>("../features/*/screen.tsx");

/** Which feature draws which path. Each `renderer/features/<name>/screen.tsx` exports `Screen` and is loaded when first shown. */
const FEATURE_BY_PATH: readonly (readonly [path: string, feature: string])[] = [
  ["/", "home"],
  ["/fleets", "fleets"],
  ["/fleets/:fleetId", "fleet"],
  ["/hosts/:hostId", "host"],
  ["/applications", "applications"],
  ["/applications/:applicationId", "application"],
  ["/publish", "publish"],
  ["/rollouts", "rollouts"],
  ["/rollouts/:rolloutId", "rollout"],
  ["/audit", "audit"],
  ["/settings", "settings"],
  ["/settings/:section", "settings"],
];

function screenOf(feature: string): LazyExoticComponent<ComponentType> | undefined {
  const load = MODULES[`../features/${feature}/screen.tsx`];
  return load === undefined ? undefined : lazy(async () => ({ default: (await load()).Screen }));
}

const SCREENS: ReadonlyMap<string, LazyExoticComponent<ComponentType>> = new Map(
  [...new Set(FEATURE_BY_PATH.map(([, feature]) => feature))].flatMap((feature) => {
    const screen = screenOf(feature);
    return screen === undefined ? [] : [[feature, screen] as const];
  }),
);

/** Whether this build has the feature. */
export function hasFeature(feature: string): boolean {
  return SCREENS.has(feature);
}

/** The screen of the present URL. */
export function Routes() {
  return (
    <Switch>
      {FEATURE_BY_PATH.map(([path, feature]) => {
        const Screen = SCREENS.get(feature);
        if (Screen === undefined) return null;
        return (
          <Route key={path} path={path}>
            <ScreenBoundary>
              <Suspense fallback={<ScreenSkeleton />}>
                <Screen />
              </Suspense>
            </ScreenBoundary>
          </Route>
        );
      })}
      <Route>
        <NotFoundScreen />
      </Route>
    </Switch>
  );
}
