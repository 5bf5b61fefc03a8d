"""The pages of orders and jobs."""


def test_the_measurement_page_is_made_from_the_procedure(lab, client):
    job = lab.started()

    page = lab.make.sign_in(client, lab.verifier).get(f"/jobs/{job.id}/measure")

    assert page.status_code == 200
    for key in lab.sheet(job).entry_keys:
        assert f'name="reading.{key}"' in page.text


def test_every_page_of_a_job_opens_at_every_step(lab, client):
    fresh = lab.job()
    begun, waiting, agreed = lab.started(), lab.submitted(), lab.approved()
    client = lab.make.sign_in(client, lab.verifier)
    for job in (fresh, begun, waiting, agreed):
        for language in ("vi", "en"):
            assert client.get(f"/jobs/{job.id}?lang={language}").status_code == 200
    assert client.get("/jobs/").status_code == 200
    assert client.get("/jobs/orders").status_code == 200
    assert client.get(f"/jobs/orders/{begun.order_id}").status_code == 200
    assert client.get("/stamps/").status_code == 200
    for job in (begun, waiting, agreed):
        assert client.get(f"/jobs/{job.id}/record.pdf").data.startswith(b"%PDF")
    for job in (fresh, begun):
        assert client.get(f"/jobs/{job.id}/blank.pdf").data.startswith(b"%PDF")
    client = lab.make.sign_in(client, lab.reviewer)
    assert client.get(f"/jobs/{waiting.id}/review").status_code == 200
