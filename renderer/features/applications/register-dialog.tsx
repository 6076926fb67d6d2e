import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { DescriptionField } from "../../components/description-field.tsx";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { isRegistrable, productIdProblem, suggestName, type RegisterDraft } from "./view-model.ts";

const NOT_DONE = "The application was not registered.";

/** Registers an application and goes to it. The name follows the product id until somebody types one. */
export function RegisterDialog({ taken, onClose }: { readonly taken: readonly ApplicationRow[]; readonly onClose: () => void }) {
  const [, navigate] = useLocation();
  const [product, setProduct] = useState("");
  const [typedName, setTypedName] = useState<string | undefined>();
  const [description, setDescription] = useState("");
  const register = useContractAction({
    run: (client, input: RegisterDraft) => client.applications.create(input),
    notDone: NOT_DONE,
    stale: ["applications", "home"],
    inline: true,
    onDone: (application) => navigate(`/applications/${application.id}`, { replace: true }),
  });
  const draft = { productId: product.trim(), name: (typedName ?? suggestName(product.trim())).trim(), description: description.trim() };
  return (
    <DialogFrame
      title="Register an application"
      onClose={onClose}
      verb="Register it"
      onSubmit={() => register.mutate(draft)}
      isReady={isRegistrable(draft, taken)}
      busy={register.isPending}
      error={register.error}
      notDone={NOT_DONE}
    >
      <TextInput
        label="Product id"
        description="Its name for machines, for good: hosts and signatures know the application by it."
        placeholder="org.example.web"
        value={product}
        onChange={(event) => setProduct(event.currentTarget.value)}
        error={productIdProblem(product.trim(), taken)}
        data-autofocus
        maxLength={128}
        spellCheck={false}
        autoComplete="off"
        required
      />
      <TextInput
        label="Name"
        description="Its name for people. It can be changed."
        placeholder="Web"
        value={typedName ?? suggestName(product.trim())}
        onChange={(event) => setTypedName(event.currentTarget.value)}
        maxLength={80}
        required
      />
      <DescriptionField value={description} onChange={setDescription} hint="Optional: what it does, in a line." />
    </DialogFrame>
  );
}
