import { Tabs } from "@mantine/core";
import { useLocation, useParams } from "wouter";
import { PageHeader } from "../../components/page-header.tsx";
import { AboutSection } from "./about-section.tsx";
import { AccessSection } from "./access-section.tsx";
import { GeneralSection } from "./general-section.tsx";
import { SECTIONS, sectionOf } from "./view-model.ts";
import { StoresSection } from "./stores/stores-section.tsx";
import { TrustSection } from "./trust/trust-section.tsx";

/** Settings of this control plane. Each part has its address. */
export function Screen() {
  const params = useParams();
  const [, navigate] = useLocation();
  const section = sectionOf(params["section"]);
  return (
    <>
      <PageHeader title="Settings" />
      <Tabs
        value={section}
        onChange={(next) => navigate(next === "general" || next === null ? "/settings" : `/settings/${next}`)}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {SECTIONS.map((one) => (
            <Tabs.Tab key={one.id} value={one.id}>
              {one.name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="general">
          <GeneralSection />
        </Tabs.Panel>
        <Tabs.Panel value="stores">
          <StoresSection />
        </Tabs.Panel>
        <Tabs.Panel value="trust">
          <TrustSection />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <AccessSection />
        </Tabs.Panel>
        <Tabs.Panel value="about">
          <AboutSection />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
